#pragma once

#include "kernel/sched/idle_class.hpp"
#include "kernel/sched/round_robin.hpp"

namespace kernel::sched {

/// Why a task leaves its CPU.
enum class Leave {
    voluntarily, ///< it called schedule(): if its state is a sleeping one, it sleeps
    preempted,   ///< it stays runnable whatever its state: it has yet to look at what it is about to wait for
};

/// One CPU's runnable tasks: the one that runs, and those that wait, by class. Not locked: its CPU's lock is.
class RunQueue {
public:
    Task* running() const { return running_; }
    /// The task that booted this CPU.
    void start_with(Task& idle);

    /// Tasks that want the CPU, the idle task not among them.
    unsigned load() const { return waiting_ + (is_idle() ? 0 : 1); }
    bool is_idle() const { return running_ == nullptr || running_->policy() == Policy::idle; }
    /// Tasks that the running one must share with.
    unsigned waiting() const { return waiting_; }

    /// Adds a task that is neither waiting nor running here or elsewhere. True: it should run before the running one.
    bool add(Task& task);

    /// Decides what runs next and makes it the running task: the same again, when nothing else waits.
    Task& switch_tasks(Leave leave);

    /// The slice is over. True: switch_tasks() would bring another.
    bool tick() { return class_of(*running_).tick(*running_); }

private:
    SchedulerClass& class_of(const Task& task) { return *classes_[static_cast<unsigned>(task.policy())]; }
    Task& pick_next();

    RoundRobin round_robin_;
    IdleClass idle_;
    SchedulerClass* const classes_[static_cast<unsigned>(Policy::count)] = {&round_robin_, &idle_};
    Task* running_ = nullptr;
    unsigned waiting_ = 0; ///< idle task not counted
};

} // namespace kernel::sched
