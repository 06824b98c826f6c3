#include "kernel/sched/run_queue.hpp"

namespace kernel::sched {

void RunQueue::start_with(Task& idle)
{
    idle_.enqueue(idle);
    running_ = &idle;
}

bool RunQueue::add(Task& task)
{
    task.on_queue = true;
    class_of(task).enqueue(task);
    ++waiting_;
    return task.policy() < running_->policy();
}

Task& RunQueue::switch_tasks(Leave leave)
{
    Task& previous = *running_;
    if (previous.policy() != Policy::idle) {
        if (leave == Leave::preempted || previous.state() == TaskState::running)
            add(previous);
        else
            previous.on_queue = false;
    }
    running_ = &pick_next();
    return *running_;
}

Task& RunQueue::pick_next()
{
    unsigned urgency = 0;
    Task* next = nullptr;
    while (next == nullptr) // ends: the idle class, the last, always has one
        next = classes_[urgency++]->pick_next();
    if (next->policy() != Policy::idle)
        --waiting_;
    return *next;
}

} // namespace kernel::sched
