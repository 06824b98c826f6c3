#pragma once

#include "kernel/sched/scheduler_class.hpp"

namespace kernel::sched {

/// The CPU's idle task: always there to be picked, and makes way for anything.
class IdleClass final : public SchedulerClass {
public:
    void enqueue(Task& task) override { idle_ = &task; }
    void dequeue(Task&) override { idle_ = nullptr; }
    Task* pick_next() override { return idle_; }
    bool tick(const Task&) override { return false; }
    bool empty() const override { return idle_ == nullptr; }

private:
    Task* idle_ = nullptr;
};

} // namespace kernel::sched
