#pragma once

#include "kernel/sched/scheduler_class.hpp"

namespace kernel::sched {

/// The CPU's one migration thread, before which everything stops. Nothing preempts it.
class StopClass final : public SchedulerClass {
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
    void leave(Task&) override {}
    void resume(Task&) override {}
    void account(Task&, u64) override {}
    bool tick(Task&) override { return false; }
    bool preempts(const Task&, const Task&) override { return false; }

private:
    Task* waiting_ = nullptr;
};

} // namespace kernel::sched
