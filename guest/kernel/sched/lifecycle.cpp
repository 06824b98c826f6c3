#include "kernel/debug/checks.hpp"
#include "kernel/mm/heap.hpp"
#include "kernel/mm/vmalloc.hpp"
#include "kernel/printk.hpp"
#include "kernel/sched/cpu_state.hpp"
#include "kernel/sched/migration.hpp"
#include "kernel/sched/schedule.hpp"
#include "kernel/sched/task_table.hpp"
#include "kernel/trace/tracepoint.hpp"

namespace kernel::sched {
namespace {

using TaskList = List<Task, &Task::dead_hook>;

/// Tasks that have left their CPU for good, until somebody who may sleep frees them.
Late<Locked<TaskList, IrqSafe>> dead_tasks;
Late<Locked<TaskTable, IrqSafe>> tasks;

void free_task(Task& task)
{
    arch::release_fpu(task.context);
    mm::vfree(task.stack);
    Box<Task>{&task};
}

/// Where every task's first switch lands. Interrupts masked.
void start_task(void* argument)
{
    finish_switch();
    arch::enable_interrupts();
    Task& task = *static_cast<Task*>(argument);
    task.entry(task.entry_argument);
    exit_task(0);
}

} // namespace

void reap_dead_tasks()
{
    const auto take_one = [](TaskList& list) -> Task* {
        if (list.empty())
            return nullptr;
        Task& task = list.front();
        list.pop_front();
        return &task;
    };
    while (Task* const task = dead_tasks->with(take_one))
        free_task(*task);
}

Pid new_pid()
{
    static Pid last = init_pid;
    return __atomic_add_fetch(&last, 1, __ATOMIC_RELAXED);
}

void set_up_lifecycle()
{
    dead_tasks.construct();
    tasks.construct();
}

Locked<TaskTable, IrqSafe>& task_table() { return *tasks; }

Result<Task*> create_task(std::string_view name, void (*entry)(void*), void* argument, CpuMask affinity, Pid pid)
{
    if (arch::preempt_count() == 0 && arch::interrupts_enabled()) // to unmap a stack, other CPUs are waited for
        reap_dead_tasks();
    Box<Task> task = TRY(make_box<Task>(pid, name, Policy::normal));
    task->stack = TRY(mm::vmalloc(mm::kernel_stack_size));
    task->entry = entry;
    task->entry_argument = argument;
    task->affinity = affinity;
    task->bound = affinity != all_cpus;
    task->cpu = arch::cpu_id(); // a hint: if this task is moved meanwhile, no harm is done
    arch::prepare_context(task->context, task->stack + mm::kernel_stack_size, start_task, task.get());
    trace::task_new(task->pid(), name);
    tasks->with([&](TaskTable& table) { table.add(*task); });
    return task.release();
}

void discard_task(Task& task)
{
    tasks->with([&](TaskTable& table) { table.remove(task); });
    free_task(task);
}

void take_pid(Pid pid)
{
    Task& task = Task::current();
    tasks->with([&](TaskTable& table) {
        table.remove(task);
        task.set_pid(pid);
        table.add(task);
    });
}

void finish_switch()
{
    CpuState& cpu = this_cpu();
    Task& left = *cpu.left;
    const bool dead = left.state() == TaskState::dead;
    const bool evicted = cpu.evicts && !dead;
    // From here on a waker may put it on a queue, and it may run, and even end, elsewhere.
    __atomic_store_n(&left.on_cpu, false, __ATOMIC_RELEASE);
    if (dead)
        dead_tasks->with([&](TaskList& list) { list.push_back(left); });
    else if (evicted)
        place(left, clock(), Enqueue::moved, Migration::affinity); // its mask no longer lets it run here
    if (cpu.waiting_realtime != 0) [[unlikely]]
        push_realtime(cpu);
}

void exit_task(i64 status)
{
    Task& task = Task::current();
    trace::task_exit(task.pid(), status);
    tasks->with([&](TaskTable& table) { table.remove(task); });
    if (task.sched.deadline.bandwidth != 0)
        end_reservation(task);
    debug::check_task_exit();
    arch::disable_interrupts(); // or a preemption would find a dead task that is still to be run
    task.set_state(TaskState::dead);
    schedule();
    panic("a dead task runs");
}

} // namespace kernel::sched
