#include "abi/boot_info.hpp"
#include "arch/paging.hpp"
#include "arch/upcalls.hpp"
#include "arch/x86_64/clock.hpp"
#include "arch/x86_64/per_cpu.hpp"
#include "arch/x86_64/smp.hpp"
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

constinit PerCpu boot_cpu;

/// The boot CPU's stack for traps that cannot trust the one they find.
alignas(16) constinit std::byte boot_trap_stack[trap_stack_size];

} // namespace

/// The boot CPU's first C++ function; see entry.S.
extern "C" [[noreturn]] void arch_start(kernel::PhysicalAddress boot_info)
{
    auto& boot = *direct_map<const vitrine::abi::BootInfo>(boot_info);
    boot_cpu.kernel_stack = reinterpret_cast<u64>(boot_stack_top);
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
