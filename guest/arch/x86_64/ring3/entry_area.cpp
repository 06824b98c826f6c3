#include "arch/x86_64/ring3/entry_area.hpp"

#include "abi/boot_paging.hpp"
#include "arch/x86_64/per_cpu.hpp"
#include "arch/x86_64/physical.hpp"
#include "arch/x86_64/registers.hpp"
#include "arch/x86_64/ring3/monitor.hpp"
#include "arch/x86_64/syscall_page.hpp"

#include <initializer_list>

extern "C" {
extern u64 ring3_kernel_entry_tables_pages[512];
extern u64 ring3_user_entry_tables_pages[512];
extern u64 ring3_user_entry_tables[512];
void user_breakpoint_entry();
void user_trap_entry();
void kernel_trap_entry();
void kernel_page_fault_entry();
void kernel_irq_entry();
void kernel_nmi_entry();
void kernel_fatal_entry();
}

namespace arch::ring3 {
namespace {

using namespace vitrine::abi;

constexpr u64 flag_shut = rflags::always_one;
constexpr u64 flag_open = rflags::always_one | rflags::interrupt;

IretFrame entry(void (*function)(), const PerCpu& cpu, u64 flags)
{
    return {.rip = reinterpret_cast<u64>(function),
            .cs = user_code_selector,
            .rflags = flags,
            .rsp = reinterpret_cast<u64>(&cpu),
            .ss = user_data_selector};
}

/// The IRETQ frame below `top` in the page at `page`.
IretFrame& frame_below(u64 page, u64 top) { return *reinterpret_cast<IretFrame*>(page + top - FRAME_BELOW); }

} // namespace

void prepare_entries(PerCpu& cpu, u64 trap_stack)
{
    KernelSide& kernel = cpu.kernel_side;
    kernel.trap_entry = entry(kernel_trap_entry, cpu, flag_shut);
    kernel.page_fault_entry = entry(kernel_page_fault_entry, cpu, flag_shut);
    kernel.irq_entry = entry(kernel_irq_entry, cpu, flag_open);
    kernel.nmi_entry = entry(kernel_nmi_entry, cpu, flag_shut);
    kernel.fatal_entry = entry(kernel_fatal_entry, cpu, flag_shut);
    kernel.user_trap_entry = entry(user_trap_entry, cpu, flag_open);
    kernel.trap_stack = trap_stack;
    const auto page = reinterpret_cast<u64>(&cpu);
    frame_below(page, USER_TOP) = entry(user_breakpoint_entry, cpu, flag_open);
    IretFrame& to_user = frame_below(page + USER_PAGE, TRAP_TOP);
    to_user.cs = user_code_selector;
    to_user.ss = user_data_selector;
    cpu.user_side.syscall_rip = in_user_page(syscall_page_trampoline) + 1;
    cpu.user_side.stack_top = kernel.entry_cpu + USER_TOP;
}

void flag_is_to_open(KernelSide& kernel)
{
    for (IretFrame* const frame : {&kernel.trap_entry, &kernel.page_fault_entry, &kernel.nmi_entry})
        __atomic_store_n(&frame->rflags, flag_open, __ATOMIC_RELAXED);
    asm volatile("" ::: "memory");
}

void map_entry_cpu(const PerCpu& cpu)
{
    constexpr u64 data = page_present | page_writable | page_accessed | page_dirty | page_no_execute;
    const auto page = reinterpret_cast<u64>(&cpu);
    const unsigned index = ENTRY_FIRST_CPU_PAGE + cpu.id * ENTRY_PAGES_OF_CPU;
    const auto entry_of = [&](u64 offset) {
        return physical_address(reinterpret_cast<const void*>(page + offset)).value | data;
    };
    ring3_kernel_entry_tables_pages[index] = entry_of(0);
    ring3_user_entry_tables_pages[index] = entry_of(USER_PAGE);
    ring3_kernel_entry_tables_pages[index + 1] = entry_of(DESCRIPTOR_PAGE);
    ring3_user_entry_tables_pages[index + 1] = entry_of(DESCRIPTOR_PAGE);
}

u64 user_entry_tables()
{
    return physical_address(&ring3_user_entry_tables).value | page_present | page_writable | page_user | page_accessed;
}

} // namespace arch::ring3
