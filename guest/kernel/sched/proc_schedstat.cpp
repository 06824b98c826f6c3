// /proc/schedstat as Linux has it (Documentation/scheduler/sched-stats.rst, version 15, without domains), and
// /proc/sched_debug, which shows run queues and tasks to people.
#include "kernel/fs/proc/proc_file.hpp"
#include "kernel/sched/cpu_state.hpp"
#include "kernel/sched/parameters.hpp"
#include "kernel/sched/schedule.hpp"
#include "kernel/sched/task_table.hpp"
#include "kernel/sched/usage.hpp"

namespace kernel::sched {
namespace {

struct QueueView {
    QueueStatistics statistics;
    unsigned load;
    unsigned in_class[static_cast<unsigned>(ClassId::count)];
    u64 comparisons;
    Pid running;
};

QueueView view_of(unsigned cpu)
{
    QueueView view{};
    const u64 now = clock();
    cpu_state(cpu).queue.with([&](RunQueue& queue) {
        queue.update(now);
        view.statistics = queue.statistics();
        view.load = queue.load();
        for (unsigned id = 0; id < static_cast<unsigned>(ClassId::count); ++id)
            view.in_class[id] = queue.waiting(static_cast<ClassId>(id));
        view.comparisons = queue.fair().comparisons();
        view.running = queue.running()->pid();
    });
    return view;
}

template <typename Function>
void for_each_cpu(Function&& function)
{
    for (CpuMask rest = online_cpus(); rest != 0; rest &= rest - 1)
        function(static_cast<unsigned>(__builtin_ctz(rest)));
}

Result<void> show_schedstat(procfs::Writer& out)
{
    out.print("version 15\ntimestamp {}\n", clock() / (10 * millisecond));
    for_each_cpu([&](unsigned cpu) {
        const QueueStatistics statistics = view_of(cpu).statistics;
        out.print("cpu{} {} 0 {} {} {} {} {} {} {}\n", cpu, statistics.yields, statistics.schedules, statistics.idles,
                  statistics.wakeups, statistics.local_wakeups, statistics.runtime, statistics.wait_time,
                  statistics.turns);
    });
    return {};
}

PROC_FILE(schedstat, "schedstat", show_schedstat);

void show_queue(procfs::Writer& out, unsigned cpu)
{
    const QueueView view = view_of(cpu);
    out.print("cpu#{}: running {}, nr_running {}, waiting: stop {} deadline {} realtime {} fair {}\n", cpu,
              view.running, view.load, view.in_class[0], view.in_class[1], view.in_class[2], view.in_class[3]);
    out.print("  switches {}, yields {}, idle {}, looked for work elsewhere {}, comparisons {}\n",
              view.statistics.switches, view.statistics.yields, view.statistics.idles, view.statistics.balances,
              view.comparisons);
    for (unsigned reason = 0; reason < static_cast<unsigned>(Migration::count); ++reason)
        out.print("  migrations, {}: {} in, {} out\n", migration_names[reason], view.statistics.migrations_in[reason],
                  __atomic_load_n(&cpu_state(cpu).migrations_out[reason], __ATOMIC_RELAXED));
}

std::string_view name_of(Policy policy)
{
    switch (policy) {
    case Policy::normal: return "normal";
    case Policy::fifo: return "fifo";
    case Policy::round_robin: return "rr";
    case Policy::batch: return "batch";
    case Policy::idle: return "idle";
    case Policy::deadline: return "deadline";
    default: return "stop";
    }
}

struct TaskView {
    Pid pid;
    char name[16];
    unsigned cpu;
    Policy policy;
    int priority; ///< niceness, or the real-time priority
    TaskStatistics statistics;
    Usage usage;
};

/// The task with the lowest PID that is at least `pid`. False: there is none.
bool view_task(Pid pid, TaskView& view)
{
    return task_table().with([&](TaskTable& table) {
        Task* const task = table.first_from(pid);
        if (task == nullptr)
            return false;
        view.usage = usage_of(*task);
        view.pid = task->pid();
        const std::string_view name = task->name();
        name.copy(view.name, sizeof view.name - 1);
        view.name[name.size()] = '\0';
        view.cpu = task->cpu;
        view.policy = task->policy();
        view.priority = task->sched.rt_priority != 0 ? task->sched.rt_priority : task->sched.nice;
        view.statistics = task->sched.statistics;
        return true;
    });
}

/// One at a time, so that the table is not locked for long.
Result<void> show_sched_debug(procfs::Writer& out)
{
    for_each_cpu([&](unsigned cpu) { show_queue(out, cpu); });
    out.print("{:>15} {:>5} {:>3} {:>8} {:>4} {:>12} {:>12} {:>12} {:>8} {:>8} {:>6}\n", "task", "pid", "cpu", "policy",
              "prio", "user us", "system us", "wait us", "volunt", "involunt", "migr");
    TaskView view{};
    for (Pid pid = 1; view_task(pid, view); pid = view.pid + 1)
        out.print("{:>15} {:>5} {:>3} {:>8} {:>4} {:>12} {:>12} {:>12} {:>8} {:>8} {:>6}\n",
                  std::string_view{view.name}, view.pid, view.cpu, name_of(view.policy), view.priority,
                  view.usage.user / microsecond, view.usage.system / microsecond,
                  view.statistics.wait_time / microsecond, view.statistics.voluntary, view.statistics.involuntary,
                  view.statistics.migrations);
    return {};
}

PROC_FILE(sched_debug, "sched_debug", show_sched_debug);

/// /proc/PID/schedstat: nanoseconds on a CPU and waiting for one, and how often it was given one.
Result<void> show_own_schedstat(procfs::Writer& out)
{
    Task& task = Task::current();
    const u64 runtime = runtime_of(task); // brings the rest up to date
    out.print("{} {} {}\n", runtime, task.sched.statistics.wait_time, task.sched.statistics.runs);
    return {};
}

PROC_FILE(own_schedstat, "self/schedstat", show_own_schedstat);

} // namespace
} // namespace kernel::sched
