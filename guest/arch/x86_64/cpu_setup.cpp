#include "arch/x86_64/per_cpu.hpp"
#include "arch/x86_64/privilege.hpp"
#include "arch/x86_64/registers.hpp"

namespace arch {
namespace {

void load_descriptors(PerCpu& cpu, u64 trap_stack)
{
    cpu.task_state.interrupt_stack[0] = trap_stack;
    cpu.descriptors.set_task_state(reinterpret_cast<u64>(&cpu.task_state));
    const TablePointer pointer{sizeof cpu.descriptors - 1, reinterpret_cast<u64>(&cpu.descriptors)};
    // CS and SS hold 0x10 and 0x18 with the same meaning as in this table: the ways in leave them so.
    asm volatile("lgdt %0; ltr %w1" ::"m"(pointer), "r"(task_state_selector));
    load_interrupt_table();
}

/// The FPU is off until a task uses it (#NM); the kernel itself never does.
void set_control_registers()
{
    write_cr0((read_cr0() & ~cr0::emulation) | cr0::monitor_coprocessor | cr0::numeric_error | cr0::write_protect |
              cr0::task_switched);
    try_write_cr4(read_cr4() | cr4::global_pages | cr4::fxsave | cr4::simd_exceptions);
}

} // namespace

void set_up_cpu(PerCpu& cpu, u64 trap_stack)
{
    cpu.self = &cpu;
    if (kernel_in_ring3) { // tables and control registers are loaded: choose_privilege.S
        write_gs_base(reinterpret_cast<u64>(&cpu));
        return ring3::prepare_entries(cpu, trap_stack);
    }
    // A return to user mode takes kernel selectors out of FS and GS, and their bases with them: have none there.
    asm volatile("mov %0, %%fs; mov %0, %%gs" ::"r"(0));
    write_msr(Msr::gs_base, reinterpret_cast<u64>(&cpu));
    load_descriptors(cpu, trap_stack);
    set_control_registers();
}

void enable_smep()
{
    constexpr u32 smep_bit = 1U << 7;
    if ((cpuid(7).ebx & smep_bit) != 0)
        try_write_cr4(read_cr4() | cr4::smep);
}

/// The monitor has no way to go on after #GP: there the value must be one that CPUID allows.
bool try_write_cr4(u64 value)
{
    if (kernel_in_ring3) {
        monitor_write_cr4(value);
        return true;
    }
    bool refused = false;
    asm volatile("1: mov %1, %%cr4\n"
                 "   jmp 3f\n"
                 "2: movb $1, %0\n"
                 "3:\n"
                 ".pushsection .exception_table, \"a\"\n"
                 ".quad 1b, 2b\n"
                 ".popsection\n"
                 : "+m"(refused)
                 : "r"(value)
                 : "memory");
    return !refused;
}

} // namespace arch
