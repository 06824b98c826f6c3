#pragma once

#include "kernel/sched/schedule.hpp"
#include "kernel/sched/task.hpp"
#include "kernel/sync/spin_lock.hpp"
#include "lib/late.hpp"
#include "lib/locked.hpp"

/// All tasks but the idle ones, by PID: from create_task() until they end.
namespace kernel::sched {

class TaskTable {
public:
    void add(Task& task) { tasks_.insert(task); }
    void remove(Task& task) { tasks_.erase(tasks_.iterator_to(task)); }
    Task* find(Pid pid)
    {
        const auto found = tasks_.find(pid);
        return found == tasks_.end() ? nullptr : &*found;
    }
    auto begin() { return tasks_.begin(); }
    auto end() { return tasks_.end(); }
    /// The one with the lowest PID that is at least `pid`; or null.
    Task* first_from(Pid pid)
    {
        const auto found = tasks_.lower_bound(pid);
        return found == tasks_.end() ? nullptr : &*found;
    }

private:
    struct ByPid {
        using type = Pid;
        Pid operator()(const Task& task) const { return task.pid(); }
    };
    Tree<Task, &Task::table_hook, ByPid> tasks_;
};

/// Lock order: before the run queues. A task that is in the table stays while the lock is held.
Locked<TaskTable, IrqSafe>& task_table();

/// Calls `function(task)` with the table locked. False: there is no such task. PID 0 is the running one.
template <typename Function>
bool with_task(Pid pid, Function&& function)
{
    return task_table().with([&](TaskTable& table) {
        Task* const task = pid == 0 ? &Task::current() : table.find(pid);
        if (task != nullptr)
            function(*task);
        return task != nullptr;
    });
}

} // namespace kernel::sched
