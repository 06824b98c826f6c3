// Brings up secondary CPUs: INIT, SIPI (Intel SDM vol. 3 §9.4.4), start_page.S, arch_start_secondary.
#include "arch/clock.hpp"
#include "arch/cpu.hpp"
#include "arch/paging.hpp"
#include "arch/upcalls.hpp"
#include "arch/x86_64/clock.hpp"
#include "arch/x86_64/fpu.hpp"
#include "arch/x86_64/local_apic.hpp"
#include "arch/x86_64/registers.hpp"
#include "arch/x86_64/root.hpp"
#include "arch/x86_64/smp.hpp"
#include "arch/x86_64/syscall_entry.hpp"
#include "kernel/init/boot_step.hpp"
#include "kernel/mm/heap.hpp"
#include "kernel/mm/page_allocator.hpp"
#include "kernel/mm/vmalloc.hpp"
#include "kernel/trace/tracepoint.hpp"

#include <array>
#include <cstring>
#include <memory>

extern "C" {
extern const char start_page[];
extern const char start_page_end[];
extern const char start_page_gdt_pointer[];
extern const char start_page_long_mode[];
extern const char start_page_root[];
extern const char start_page_stack[];
extern const char start_page_cpu[];
}

namespace arch {
namespace {

/// Two pages below 1 MiB, made for the first secondary CPU and kept: the code, and the root it starts on, which 32-bit
/// code must be able to load.
class StartArea {
public:
    static kernel::Result<StartArea*> get()
    {
        static StartArea area;
        if (area.code_.value == 0)
            TRY(area.make());
        return &area;
    }

    u8 vector() const { return static_cast<u8>(code_.value / kernel::page_size); }

    /// For the next CPU to start.
    void prepare(const PerCpu& cpu, kernel::VirtualAddress stack_top)
    {
        field<u64>(start_page_stack) = stack_top.value;
        field<u64>(start_page_cpu) = reinterpret_cast<u64>(&cpu);
    }

private:
    kernel::Result<void> make()
    {
        const kernel::PhysicalAddress root = TRY(kernel::mm::reserve_low_page());
        code_ = TRY(kernel::mm::reserve_low_page());
        TRY(make_start_root(root, code_));
        std::memcpy(direct_map(code_), start_page, static_cast<std::size_t>(start_page_end - start_page));
        field<u64>(start_page_root) = root.value;
        // Offsets in the page become addresses.
        field<u32>(start_page_gdt_pointer + sizeof(u16)) += static_cast<u32>(code_.value);
        field<u32>(start_page_long_mode) += static_cast<u32>(code_.value);
        return {};
    }

    template <typename T>
    T& field(const char* symbol)
    {
        return *direct_map<T>(code_ + static_cast<u64>(symbol - start_page));
    }

    kernel::PhysicalAddress code_{0};
};

u32 apic_id_of(unsigned cpu) { return direct_map<const u32>({kernel::boot_info().cpus.address})[cpu]; }

bool is_online(unsigned cpu) { return (online_cpus() >> cpu & 1) != 0; }

bool wait_until_online(unsigned cpu, u64 nanoseconds)
{
    const u64 begin = monotonic_nanoseconds();
    while (!is_online(cpu)) {
        if (monotonic_nanoseconds() - begin > nanoseconds)
            return false;
        relax();
    }
    return true;
}

/// A SIPI that finds the CPU not yet through its INIT is lost, one to a CPU that runs does nothing: so there may be
/// many.
bool wake(unsigned cpu, u8 page)
{
    constexpr unsigned attempts = 100;
    constexpr u64 patience = 10'000'000;
    local_apic::send_init(apic_id_of(cpu));
    for (unsigned attempt = 0; attempt < attempts; ++attempt) {
        local_apic::send_start(apic_id_of(cpu), page);
        if (wait_until_online(cpu, patience))
            return true;
    }
    return false;
}

void prepare_for_ring3(PerCpu& cpu)
{
    cpu.kernel_side.entry_cpu = ring3::entry_cpu(cpu.id);
    cpu.kernel_side.kernel_root = loaded_root();
    ring3::prepare_descriptors(cpu.descriptors, cpu.task_state, cpu.id);
    ring3::map_entry_cpu(cpu);
}

/// What a CPU needs before it can run. Never freed: it may come back, and one that did not answer may do so yet.
struct Secondary {
    PerCpu* cpu = nullptr;
    kernel::VirtualAddress stack_top{};
    kernel::VirtualAddress trap_stack_top{};
};
constinit std::array<Secondary, max_cpus> secondaries{};

kernel::Result<void> make(Secondary& secondary)
{
    if (secondary.cpu != nullptr)
        return {};
    auto cpu = TRY(kernel::make_box<PerCpu>());
    const kernel::VirtualAddress stack = TRY(kernel::mm::vmalloc(kernel::mm::kernel_stack_size));
    const kernel::VirtualAddress trap_stack = TRY(kernel::mm::vmalloc(trap_stack_size));
    secondary = {cpu.release(), stack + kernel::mm::kernel_stack_size, trap_stack + trap_stack_size};
    return {};
}

kernel::Result<void> start(unsigned cpu)
{
    StartArea* const area = TRY(StartArea::get());
    Secondary& secondary = secondaries[cpu];
    TRY(make(secondary));
    std::destroy_at(secondary.cpu);
    PerCpu& fresh = *std::construct_at(secondary.cpu); // nothing is left of what it was when it last ran
    fresh.id = cpu;
    fresh.apic_id = apic_id_of(cpu);
    fresh.kernel_stack = secondary.stack_top.value;
    fresh.trap_stack = secondary.trap_stack_top.value;
    if (kernel_in_ring3)
        prepare_for_ring3(fresh);
    area->prepare(fresh, secondary.stack_top);
    if (!wake(cpu, area->vector()))
        return kernel::Errno::etimedout;
    return {};
}

} // namespace

bool start_cpu(unsigned cpu) { return static_cast<bool>(start(cpu)); }

extern "C" [[noreturn]] void arch_start_secondary(PerCpu& cpu)
{
    set_up_cpu(cpu, cpu.trap_stack);
    PageTables::kernel().activate();
    set_up_syscall_entry();
    set_up_fpu();
    local_apic::set_up();
    start_clock_on_this_cpu();
    set_online(cpu);
    serve_tlb_flush(); // of one who asks since before this CPU was last offline: the interrupt is lost
    trace::cpu_online(cpu.id);
    kernel::start_secondary(cpu.id);
}

} // namespace arch
