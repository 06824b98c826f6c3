#pragma once

#include "kernel/sched/task.hpp"

namespace kernel::sched {

/// One policy's part of one CPU's run queue. It holds the tasks that wait for the CPU, not the one that runs. Called
/// with the run queue locked.
class SchedulerClass {
public:
    virtual void enqueue(Task& task) = 0;
    /// Takes a waiting task out.
    virtual void dequeue(Task& task) = 0;
    /// Takes the next task to run out; null when none waits.
    virtual Task* pick_next() = 0;
    /// The running task's slice is over: must it give way to one of this class?
    virtual bool tick(const Task& running) = 0;
    virtual bool empty() const = 0;

protected:
    ~SchedulerClass() = default;
};

} // namespace kernel::sched
