#pragma once

#include "kernel/sched/scheduler_class.hpp"

namespace kernel::sched {

/// Every task gets the same slice, in turn.
class RoundRobin final : public SchedulerClass {
public:
    void enqueue(Task& task) override { tasks_.push_back(task); }
    void dequeue(Task& task) override { tasks_.erase(tasks_.iterator_to(task)); }
    Task* pick_next() override
    {
        if (tasks_.empty())
            return nullptr;
        Task& task = tasks_.front();
        tasks_.pop_front();
        return &task;
    }
    bool tick(const Task&) override { return !tasks_.empty(); }
    bool empty() const override { return tasks_.empty(); }

private:
    List<Task, &Task::queue_hook> tasks_;
};

} // namespace kernel::sched
