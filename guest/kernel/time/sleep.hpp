#pragma once

#include "kernel/time/clock.hpp"

namespace kernel::time {

/// Sleeps until the clock shows `deadline`, however that comes about: time passes, or somebody sets the clock. Returns
/// no earlier. Task context.
void sleep_until(Clock clock, u64 deadline);

enum class SleepEnd { condition, interrupted, timed_out };

/// What sleep_unless() looks at: whether there is nothing to wait for any more.
class WakeCondition {
public:
    virtual bool is_met() const = 0;

protected:
    ~WakeCondition() = default;
};

/// The same, but ends when a signal is pending, and when the condition is met, of which somebody tells by
/// sched::wake(). Task context.
SleepEnd sleep_interruptibly(Clock clock, u64 deadline, const WakeCondition* condition = nullptr);

template <typename Condition>
SleepEnd sleep_unless(Clock clock, u64 deadline, Condition&& condition)
{
    class Called final : public WakeCondition {
    public:
        explicit Called(Condition& condition) : condition_{condition} {}
        bool is_met() const override { return condition_(); }

    private:
        Condition& condition_;
    };
    const Called called{condition};
    return sleep_interruptibly(clock, deadline, &called);
}

} // namespace kernel::time
