#include "kernel/time/sleep.hpp"

#include "kernel/debug/checks.hpp"
#include "kernel/sched/schedule.hpp"
#include "kernel/time/timekeeping.hpp"
#include "kernel/time/timer.hpp"

namespace kernel::time {
namespace {

class SleepTimer : public HighResolutionTimer {
public:
    SleepTimer(Task& sleeper, Clock clock) : HighResolutionTimer{wake_sleeper, clock}, sleeper_{sleeper} {}
    bool has_expired() const { return __atomic_load_n(&expired_, __ATOMIC_ACQUIRE); }

private:
    static void wake_sleeper(HighResolutionTimer& timer)
    {
        auto& self = static_cast<SleepTimer&>(timer);
        __atomic_store_n(&self.expired_, true, __ATOMIC_RELEASE); // before the wake: the sleeper looks after it
        sched::wake(self.sleeper_);
    }

    Task& sleeper_;
    bool expired_ = false;
};

} // namespace

void sleep_until(Clock clock, u64 deadline)
{
    might_sleep();
    if (now(clock) >= deadline)
        return;
    Task& task = Task::current();
    SleepTimer timer{task, clock};
    start(timer, deadline);
    for (;;) {
        task.set_state(TaskState::interruptible);
        if (timer.has_expired())
            break;
        sched::schedule();
    }
    task.set_state(TaskState::running);
    cancel(timer); // from here on its handler does not run, and the timer may go
}

SleepEnd sleep_interruptibly(Clock clock, u64 deadline, const WakeCondition* condition)
{
    might_sleep();
    Task& task = Task::current();
    SleepTimer timer{task, clock};
    if (deadline != never)
        start(timer, deadline);
    SleepEnd end = SleepEnd::condition;
    for (;;) {
        task.set_state(TaskState::interruptible); // before each look: whoever changes that wakes us after it
        if (condition != nullptr && condition->is_met())
            break;
        if (timer.has_expired()) {
            end = SleepEnd::timed_out;
            break;
        }
        if (task.signal_pending()) {
            end = SleepEnd::interrupted;
            break;
        }
        sched::schedule();
    }
    task.set_state(TaskState::running);
    cancel(timer); // from here on its handler does not run, and the timer may go
    return end;
}

} // namespace kernel::time
