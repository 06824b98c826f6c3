#pragma once

#include "arch/cpu.hpp"
#include "kernel/sched/schedule.hpp"

#include <string_view>

/// What the tests inside the kernel share.
namespace kernel::test {

/// Logs what is not so.
bool check(bool right, std::string_view what);

/// Gives way to others until the condition holds. If it never does, the run's timeout says so.
template <typename Condition>
void eventually(Condition&& condition)
{
    while (!condition()) {
        sched::yield();
        arch::relax();
    }
}

/// An atomic word that handlers write and tests read.
class Counter {
public:
    void increment() { __atomic_add_fetch(&value_, 1, __ATOMIC_SEQ_CST); }
    void set(u32 value) { __atomic_store_n(&value_, value, __ATOMIC_SEQ_CST); }
    u32 get() const { return __atomic_load_n(&value_, __ATOMIC_SEQ_CST); }

private:
    u32 value_ = 0;
};

/// How often interrupt `irq` has come, on all CPUs.
u32 count_everywhere(unsigned irq);

/// Runs `entry(argument)` in a task bound to `cpu`, and returns when it is done. False: no memory for a task.
bool run_on(unsigned cpu, void (*entry)(void*), void* argument);

} // namespace kernel::test
