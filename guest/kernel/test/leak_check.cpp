#include "kernel/test/leak_check.hpp"

#include "arch/clock.hpp"
#include "kernel/console.hpp"
#include "kernel/fs/dentry_cache.hpp"
#include "kernel/init/command_line.hpp"
#include "kernel/irq/descriptor.hpp"
#include "kernel/mm/memory_level.hpp"
#include "kernel/mm/page.hpp"
#include "kernel/mm/vmalloc.hpp"
#include "kernel/mm/zero_page.hpp"
#include "kernel/sched/schedule.hpp"
#include "kernel/sched/task_table.hpp"
#include "kernel/sync/rcu.hpp"
#include "kernel/workqueue/workqueue.hpp"

#include <algorithm>

namespace kernel {
namespace {

constinit mm::MemoryLevel start_level{};

/// Without what is made when it is first needed, and stays.
mm::MemoryLevel level_without_standing()
{
    mm::MemoryLevel level = mm::memory_level();
    const auto count_threads = [](sched::TaskTable& table) {
        return std::ranges::count_if(table, [](const Task& task) { return task.is_standing; });
    };
    const auto threads = static_cast<u64>(sched::task_table().with(count_threads));
    level.leave_out(sizeof(Task), threads);
    level.leave_out(page_size, threads * (mm::kernel_stack_size >> mm::page_shift));
    const auto [workers, worker_size] = worker_count();
    level.leave_out(worker_size, workers);
    level.leave_out(sizeof(irq::Descriptor), irq::descriptor_count());
    return level;
}

/// Has done what is still to be done before memory is given back.
void drain()
{
    fs::dentry_cache().shrink(~0U);
    sched::reap_dead_tasks();
    system_workqueue().flush();
    system_unbound_workqueue().flush();
    rcu::barrier();
    sched::reap_dead_tasks();
}

} // namespace

bool leak_check_is_wanted() { return command_line::has("leakcheck"); }

void begin_leak_check()
{
    if (!leak_check_is_wanted())
        return;
    static_cast<void>(mm::zero_page()); // made when it is first needed, and stays
    drain();
    start_level = level_without_standing();
}

void end_leak_check(std::string_view name)
{
    if (!leak_check_is_wanted())
        return;
    // A task that has told others of its end may still be on its way, on another CPU. Only who leaks waits in vain.
    constexpr unsigned patience = 30;
    constexpr u64 pause = 50'000'000; // nanoseconds
    mm::MemoryLevel level = level_without_standing();
    for (unsigned time = 0; level.is_above(start_level); ++time) {
        if (time == patience) {
            FormatBuffer<256> line;
            format_to(line, "memory leak: {}: ", name);
            level.describe_excess(start_level, line);
            line.append("\n");
            console::write(line.view());
            return;
        }
        if (time != 0)
            sched::sleep_until(arch::monotonic_nanoseconds() + pause);
        drain();
        level = level_without_standing();
    }
}

} // namespace kernel
