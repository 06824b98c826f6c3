#include "arch/x86_64/ring0/user_mode_probe.hpp"

#include "arch/x86_64/per_cpu.hpp"
#include "arch/x86_64/registers.hpp"
#include "arch/x86_64/ring0/syscall_msrs.hpp"
#include "arch/x86_64/syscall_page.hpp"

/// syscall_page.S
extern "C" {
/// Enters user mode at `probe`, having noted the stack pointer in *resume_stack; returns what end_probe put into RAX.
u64 run_user_mode_probe(u64 probe, u64* resume_stack);
extern const char user_mode_probe_resume[];
}

namespace arch {
namespace {

constexpr u64 breakpoint = 3;
constexpr u64 device_not_available = 7;
constexpr u64 size_of_fnop = 2;

bool running = false;
bool fpu_stopped = false;
u64 resume_stack = 0;

/// Back into the kernel, behind run_user_mode_probe, which returns the CS that the breakpoint was met with.
void end_probe(TrapFrame& frame)
{
    running = false;
    frame.rax = frame.cs;
    frame.rip = reinterpret_cast<u64>(user_mode_probe_resume);
    frame.cs = kernel_code_selector;
    frame.ss = kernel_data_selector;
    frame.rsp = resume_stack;
    frame.rflags = rflags::always_one;
}

} // namespace

UserModeFacts probe_user_mode()
{
    PerCpu& cpu = this_cpu();
    set_syscall_msrs(in_user_page(syscall_page_probe_target));
    // Both GS bases are the kernel's meanwhile: the breakpoint may come from either ring.
    write_msr(Msr::kernel_gs_base, reinterpret_cast<u64>(&cpu));
    // A trap from CPL 3 starts at the top of the kernel stack, which is in use: lend it another one.
    const u64 stack = cpu.task_state.stack[0];
    cpu.task_state.stack[0] = cpu.task_state.interrupt_stack[0];
    running = true;
    const u64 selector = run_user_mode_probe(in_user_page(syscall_page_probe), &resume_stack);
    cpu.task_state.stack[0] = stack;
    write_msr(Msr::kernel_gs_base, 0);
    return {.syscall_enters_ring0 = (selector & 3) == 0, .task_switched_stops_fpu = fpu_stopped};
}

bool is_probe_trap(TrapFrame& frame, u64 vector)
{
    if (!running)
        return false;
    if (vector == device_not_available) {
        fpu_stopped = true;
        frame.rip += size_of_fnop;
        return true;
    }
    if (vector != breakpoint)
        return false;
    end_probe(frame);
    return true;
}

} // namespace arch
