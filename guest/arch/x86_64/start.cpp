#include "abi/boot_info.hpp"
#include "abi/kernel_mode.hpp"
#include "arch/paging.hpp"
#include "arch/upcalls.hpp"
#include "arch/x86_64/clock.hpp"
#include "arch/x86_64/per_cpu.hpp"
#include "arch/x86_64/privilege.hpp"
#include "arch/x86_64/smp.hpp"
#include "kernel/init/boot_step.hpp"
#include "kernel/printk.hpp"

extern "C" {
extern char boot_stack_top[];
using Constructor = void (*)();
extern const Constructor init_array_begin[];
extern const Constructor init_array_end[];
}

namespace arch {
namespace {

static_assert(vitrine::abi::boot_version == BOOT_VERSION);
static_assert(offsetof(vitrine::abi::BootInfo, kernel_mode) == BOOT_KERNEL_MODE);
static_assert(offsetof(vitrine::abi::BootInfo, page_tables) == BOOT_PAGE_TABLES);
static_assert(static_cast<u32>(vitrine::abi::KernelMode::ring0) == KERNEL_MODE_RING0);
static_assert(static_cast<u32>(vitrine::abi::KernelMode::ring3) == KERNEL_MODE_RING3);
static_assert(2 * vitrine::abi::slowest_native_cycles == RING0_EMULATED_LOOP_TICKS);
static_assert(vitrine::abi::direct_map_base == DIRECT_MAP_BASE);

constexpr PerCpu make_boot_cpu()
{
    PerCpu cpu;
    ring3::prepare_descriptors(cpu.descriptors, cpu.task_state, 0);
    return cpu;
}

/// The boot CPU's stack for traps that cannot trust the one they find.
alignas(16) constinit std::byte boot_trap_stack[trap_stack_size];

/// Which, and why.
void log_privilege_model()
{
    const char* const model = kernel_in_ring3 ? "ring 3, above a monitor in ring 0" : "ring 0";
    if (kernel::boot_info().kernel_mode != vitrine::abi::KernelMode::automatic)
        kernel::printk(kernel::LogLevel::info, "kernel: {}, as the boot information asks", model);
    else
        kernel::printk(kernel::LogLevel::info, "kernel: {}: an instruction in ring 0 takes {} cycles, {} is native",
                       model, ring0_loop_ticks / 2, vitrine::abi::slowest_native_cycles);
}

BOOT_STEP(privilege_model, NEEDS("pages"), PROVIDES("privilege_model"), log_privilege_model);

} // namespace

/// Ready for choose_privilege.S, and part of the entry area from the beginning.
extern "C" constinit PerCpu boot_cpu;
constinit PerCpu boot_cpu = make_boot_cpu();

/// The boot CPU's first C++ function; see entry.S.
extern "C" [[noreturn]] void arch_start(kernel::PhysicalAddress boot_info)
{
    auto& boot = *direct_map<const vitrine::abi::BootInfo>(boot_info);
    boot_cpu.kernel_stack = reinterpret_cast<u64>(boot_stack_top);
    if (kernel_in_ring3)
        boot_cpu.kernel_side.kernel_root = boot.page_tables;
    else
        boot_cpu.task_state.stack[0] = boot_cpu.kernel_stack;
    set_up_cpu(boot_cpu, reinterpret_cast<u64>(boot_trap_stack) + sizeof boot_trap_stack);
    boot_cpu.apic_id = *direct_map<const u32>({boot.cpus.address});
    set_online(boot_cpu);
    set_up_clock(boot);
    for (const Constructor* constructor = init_array_begin; constructor != init_array_end; ++constructor)
        (*constructor)();
    kernel::start(boot);
}

} // namespace arch
