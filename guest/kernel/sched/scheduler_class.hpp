#pragma once

#include "kernel/sched/task.hpp"

namespace kernel::sched {

/// Why a task leaves its CPU.
enum class Leave {
    voluntarily, ///< it called schedule(): if its state is a sleeping one, it sleeps
    preempted,   ///< it stays runnable whatever its state: it has yet to look at what it is about to wait for
    yielding,    ///< it stays runnable, but others may go first
};

/// One class's part of one CPU's run queue. It holds the tasks that wait for the CPU, and knows of the one that runs
/// when that is of this class. Called with the run queue locked; times are nanoseconds of sched::clock().
class SchedulerClass {
public:
    /// A task that is on no queue waits from now on.
    virtual void enqueue(Task& task, Enqueue why) = 0;
    /// Takes a waiting task out.
    virtual void dequeue(Task& task) = 0;
    /// The next task to run, which waits no longer but is known as the running one; null when none waits.
    virtual Task* pick_next() = 0;
    /// The running task waits again.
    virtual void put_back(Task& running, Leave why) = 0;
    /// The running task sleeps, or is on its way to another queue: it is not this one's any more.
    virtual void leave(Task& running) = 0;
    /// A task that left with its parameters changed, or came here from another class, goes on running.
    virtual void resume(Task& running) = 0;
    /// A task that sleeps, and ran here last, has been claimed by a waker, who may place it anywhere.
    virtual void forget(Task&) {}

    /// The running task has run for so many nanoseconds more.
    virtual void account(Task& running, u64 ran) = 0;
    /// Now and then while one of this class runs: must it give way to another of this class?
    virtual bool tick(Task& running) = 0;
    /// Should a task of this class that has just come run before the running one, which is of this class, too?
    virtual bool preempts(const Task& woken, const Task& running) = 0;

protected:
    ~SchedulerClass() = default;
};

} // namespace kernel::sched
