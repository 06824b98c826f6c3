#pragma once

#include "kernel/sched/single_task_class.hpp"

namespace kernel::sched {

/// The CPU's idle task: always there to be picked, and makes way for anything.
class IdleClass final : public SingleTaskClass {
public:
    void enqueue(Task& task, Enqueue) override { idle_ = &task; }
    void dequeue(Task&) override {}
    Task* pick_next() override { return idle_; }
    void put_back(Task&, Leave) override {}

private:
    Task* idle_ = nullptr;
};

} // namespace kernel::sched
