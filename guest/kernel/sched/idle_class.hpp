#pragma once

#include "kernel/sched/scheduler_class.hpp"

namespace kernel::sched {

/// The CPU's idle task: always there to be picked, and makes way for anything.
class IdleClass final : public SchedulerClass {
public:
    void enqueue(Task& task, Enqueue) override { idle_ = &task; }
    void dequeue(Task&) override {}
    Task* pick_next() override { return idle_; }
    void put_back(Task&, Leave) override {}
    void leave(Task&) override {}
    void resume(Task&) override {}
    void account(Task&, u64) override {}
    bool tick(Task&) override { return false; }
    bool preempts(const Task&, const Task&) override { return false; }

private:
    Task* idle_ = nullptr;
};

} // namespace kernel::sched
