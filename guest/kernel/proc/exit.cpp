#include "arch/cpu.hpp"
#include "kernel/proc/process.hpp"
#include "kernel/sched/schedule.hpp"
#include "kernel/trace/tracepoint.hpp"

namespace kernel::proc {
namespace {} // namespace

void exit_process(u8 status)
{
    if (Process::current().pid() == init_pid) {
        trace::task_exit(init_pid, status);
        arch::power_off(status);
    }
    Process::leave();
    sched::exit_task(status);
}

void kill_process(Signal signal)
{
    constexpr u8 killed = 128; // as a shell shows it
    exit_process(static_cast<u8>(killed + static_cast<u8>(signal)));
}

} // namespace kernel::proc
