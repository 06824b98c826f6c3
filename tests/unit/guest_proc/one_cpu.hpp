#pragma once

#include "kernel/sched/run_queue.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace test {

using kernel::Task;
using kernel::TaskState;
using kernel::sched::Enqueue;
using kernel::sched::Leave;
using kernel::sched::millisecond;
using kernel::sched::Policy;
using kernel::sched::RunQueue;

/// A CPU that exists only as its run queue and a clock that the test moves: tasks run, the tick comes every 10 ms, and
/// timers when they are due, exactly.
class OneCpu : public testing::Test {
protected:
    static constexpr u64 tick = 10 * millisecond;

    OneCpu() { queue_.start_with(idle_); }

    Task& make(const std::string& name, Policy policy = Policy::normal, int nice = 0, unsigned rt_priority = 0)
    {
        tasks_.push_back(std::make_unique<Task>(static_cast<kernel::Pid>(tasks_.size() + 1), name, policy));
        Task& task = *tasks_.back();
        if (policy != Policy::idle && task.sched.class_id == kernel::sched::ClassId::fair)
            task.sched.fair.weight = kernel::sched::weight_of_nice(nice);
        if (rt_priority != 0)
            task.sched.rt_priority = static_cast<u8>(rt_priority);
        return task;
    }
    Task& make_deadline(const std::string& name, u64 runtime, u64 deadline, u64 period)
    {
        Task& task = make(name, Policy::deadline);
        task.sched.deadline.parameters = {runtime, deadline, period};
        return task;
    }

    /// Wakes a task up: a new one when it has never run. Who should run, does.
    void wake(Task& task)
    {
        task.set_state(TaskState::running);
        if (!task.sched.is_new)
            queue_.forget(task);
        const bool is_new = std::exchange(task.sched.is_new, false);
        if (queue_.add(task, is_new ? Enqueue::created : Enqueue::wakeup))
            reschedule(Leave::preempted);
    }
    void reschedule(Leave leave) { queue_.switch_tasks(leave); }
    /// The running task goes to sleep.
    Task& sleep()
    {
        Task& task = *queue_.running();
        task.set_state(TaskState::interruptible);
        reschedule(Leave::voluntarily);
        return task;
    }

    /// Time passes; the tasks run.
    void run_for(u64 duration)
    {
        const u64 end = now_ + duration;
        while (now_ < end) {
            const u64 next_tick = now_ - now_ % tick + tick;
            advance_to(std::min({end, next_tick, std::max(queue_.next_event(), now_)}));
            bool resched = queue_.on_event();
            if (now_ == next_tick)
                resched |= queue_.tick();
            if (resched)
                reschedule(Leave::preempted);
        }
    }
    /// Time passes while the same task runs: nobody looks.
    void advance_to(u64 time)
    {
        ran_[queue_.running()] += time - now_;
        now_ = time;
        queue_.update(now_);
    }

    std::string running() const { return std::string{queue_.running()->name()}; }
    u64 ran(const Task& task) { return ran_[&task]; }
    u64 now() const { return now_; }

    Task idle_{0, "idle", Policy::idle_task};
    RunQueue queue_;

private:
    std::vector<std::unique_ptr<Task>> tasks_;
    std::map<const Task*, u64> ran_;
    u64 now_ = 0;
};

} // namespace test
