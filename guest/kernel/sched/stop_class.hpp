#pragma once

#include "kernel/sched/single_task_class.hpp"

namespace kernel::sched {

/// The CPU's one migration thread, before which everything stops. Nothing preempts it.
class StopClass final : public SingleTaskClass {
public:
    void enqueue(Task& task, Enqueue) override { waiting_ = &task; }
    void dequeue(Task&) override { waiting_ = nullptr; }
    Task* pick_next() override
    {
        Task* const next = waiting_;
        waiting_ = nullptr;
        return next;
    }
    void put_back(Task& running, Leave) override { waiting_ = &running; }

private:
    Task* waiting_ = nullptr;
};

} // namespace kernel::sched
