#pragma once

#include "kernel/sched/task.hpp"
#include "tests/unit/guest/fake/machine.hpp"

#include <functional>
#include <thread>
#include <vector>

namespace test {

/// Runs each function in a thread of its own, which is a task on a CPU of its own; returns when all have ended.
inline void run_as_tasks(const std::vector<std::function<void()>>& functions)
{
    std::vector<std::thread> threads;
    for (unsigned number = 0; number < functions.size(); ++number)
        threads.emplace_back([&functions, number] {
            kernel::Task task{number + 1, "test", kernel::sched::Policy::normal};
            task.set_state(kernel::TaskState::running);
            fake::set_cpu(number);
            arch::set_current_task(&task);
            functions[number]();
            arch::set_current_task(nullptr);
        });
    for (std::thread& thread : threads)
        thread.join();
}

} // namespace test
