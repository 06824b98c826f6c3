#include "kernel/time/sleep.hpp"
#include "arch/clock.hpp"
#include "kernel/sched/schedule.hpp"
#include "kernel/time/timer.hpp"

namespace kernel::sched {
namespace {

class WakeUpTimer : public time::HighResolutionTimer {
public:
    explicit WakeUpTimer(Task& sleeper) : HighResolutionTimer{wake_sleeper}, sleeper_{sleeper} {}

private:
    static void wake_sleeper(HighResolutionTimer& timer) { wake(static_cast<WakeUpTimer&>(timer).sleeper_); }

    Task& sleeper_;
};

} // namespace

bool schedule_until(u64 deadline)
{
    Task& task = Task::current();
    if (deadline == no_deadline) {
        schedule();
        return true;
    }
    if (arch::monotonic_nanoseconds() >= deadline) {
        task.set_state(TaskState::running);
        return false;
    }
    WakeUpTimer timer{task};
    time::start(timer, deadline);
    schedule();
    time::cancel(timer); // from here on its handler does not run, and the timer may go
    return true;
}

void interrupt(Task& task)
{
    task.set_signal_pending(true);
    if (task.state() == TaskState::interruptible)
        wake(task);
    else if (const unsigned cpu = __atomic_load_n(&task.cpu, __ATOMIC_RELAXED);
             __atomic_load_n(&task.on_cpu, __ATOMIC_RELAXED) && cpu != arch::cpu_id())
        arch::send_reschedule(cpu); // it may be in user mode: on its way back it looks
}

void sleep_until(u64 deadline) { time::sleep_until(time::Clock::monotonic, deadline); }

} // namespace kernel::sched
