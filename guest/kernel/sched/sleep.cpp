#include "arch/clock.hpp"
#include "kernel/sched/schedule.hpp"
#include "kernel/time/timer.hpp"

namespace kernel::sched {
namespace {

class SleepTimer : public time::Timer {
public:
    explicit SleepTimer(Task& sleeper) : Timer{wake_sleeper}, sleeper_{sleeper} {}

private:
    static void wake_sleeper(Timer& timer) { wake(static_cast<SleepTimer&>(timer).sleeper_); }

    Task& sleeper_;
};

} // namespace

void sleep_until(u64 deadline)
{
    Task& task = Task::current();
    SleepTimer timer{task};
    while (arch::monotonic_nanoseconds() < deadline) {
        task.set_state(TaskState::interruptible);
        time::start(timer, deadline);
        schedule();
    }
    task.set_state(TaskState::running);
    time::cancel(timer); // from here on its handler does not run, and the timer may go
}

} // namespace kernel::sched
