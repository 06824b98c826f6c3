#pragma once

#include "kernel/sched/scheduler_class.hpp"

namespace kernel::sched {

/// A class with one task on each CPU: nothing to share out, and nobody to give way to.
class SingleTaskClass : public SchedulerClass {
public:
    void leave(Task&) override {}
    void resume(Task&) override {}
    void account(Task&, u64) override {}
    bool tick(Task&) override { return false; }
    bool preempts(const Task&, const Task&) override { return false; }

protected:
    ~SingleTaskClass() = default;
};

} // namespace kernel::sched
