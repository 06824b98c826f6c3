// The hung task detector (Linux's kernel/hung_task.c): khungtaskd looks every so often at all tasks, and reports those
// that sleep uninterruptibly for too long: a lost wake-up, or a deadlock of what lockdep does not see. Command line:
// hung_task_timeout_secs=SECONDS (0: off), hung_task_panic=1.
#include "arch/backtrace.hpp"
#include "kernel/debug/checks.hpp"
#include "kernel/debug/lockdep.hpp"
#include "kernel/debug/watchdog.hpp"
#include "kernel/init/boot_step.hpp"
#include "kernel/init/command_line.hpp"
#include "kernel/printk.hpp"
#include "kernel/sched/sleeper.hpp"
#include "kernel/sched/task_table.hpp"
#include "kernel/time/clock.hpp"
#include "kernel/time/monotonic.hpp"

namespace kernel::debug {
namespace {

constexpr unsigned default_timeout = 120; ///< seconds; Linux's

constinit unsigned timeout = 0;
constinit bool panics = false;
constinit u32 looks = 0;
constinit u32 reports = 0;

/// A task that hangs, as it was when it was found.
struct Finding {
    FormatBuffer<32> name; ///< "name:pid"
    HolderName holder;
    unsigned cpu = 0;
    u64 switches = 0;
    HeldLocks held_locks;
    std::array<u64, 16> trace{};
};

/// With the task's run queue locked: it does not run meanwhile.
void describe(const Task& task, Finding& finding)
{
    format_to(finding.name, "{}:{}", task.name(), task.pid());
    format_to(finding.holder, "{}/{}", task.name(), task.pid());
    finding.cpu = task.cpu;
    finding.switches = sched::switches_of(task);
    finding.held_locks = task.checks.held_locks;
    arch::capture_backtrace(task.context, finding.trace);
}

/// Looks at the tasks from `pid` on. False: at all of them, and none hangs. Otherwise `pid` is the one to go on with.
bool find_next(Pid& pid, Finding& finding)
{
    bool found = false;
    const auto look = [&](Task& task) {
        sched::with_queue_of(task, sched::clock(), [&](sched::CpuState&, sched::RunQueue&) {
            const bool blocked = sched::is_asleep(task) && task.state() == TaskState::uninterruptible;
            found = task.checks.sleep.look(blocked, sched::switches_of(task));
            if (found)
                describe(task, finding);
        });
        pid = task.pid() + 1;
    };
    const auto look_at_next = [&](sched::TaskTable& table) {
        Task* const task = table.first_from(pid);
        if (task != nullptr)
            look(*task);
        return task != nullptr;
    };
    while (sched::task_table().with(look_at_next))
        if (found)
            return true;
    return false;
}

void report(const Finding& finding)
{
    __atomic_add_fetch(&reports, 1, __ATOMIC_RELEASE);
    printk(LogLevel::emergency, "INFO: task {} blocked for more than {} seconds.", finding.name.view(), timeout);
    printk(LogLevel::emergency, "task {} state D on CPU {}, {} switches", finding.name.view(), finding.cpu,
           finding.switches);
    log_call_trace(finding.trace);
    log_held_locks(finding.held_locks, finding.holder.view());
    if (panics)
        panic("hung_task: blocked tasks");
}

void look_at_all()
{
    Pid pid = init_pid;
    for (;;) {
        Finding finding;
        if (!find_next(pid, finding))
            break;
        report(finding);
    }
    __atomic_add_fetch(&looks, 1, __ATOMIC_RELEASE);
}

/// The next look is so long after this one, however long this one took or was late: see SleepWatch.
[[noreturn]] void run_thread(void*)
{
    for (;;) {
        look_at_all();
        sched::sleep_until(time::monotonic() + timeout * time::nanoseconds_per_second / SleepWatch::limit);
    }
}

void start_thread()
{
    timeout = command_line::number("hung_task_timeout_secs").value_or(default_timeout);
    panics = command_line::number("hung_task_panic").value_or(0) != 0;
    if (timeout == 0)
        return;
    if (const auto thread = sched::create_task("khungtaskd", run_thread, nullptr))
        sched::wake(*thread.value());
    else
        printk(LogLevel::error, "nobody looks for hung tasks");
}

BOOT_STEP(hung_task, NEEDS("cpus"), PROVIDES("watchdog"), start_thread);

} // namespace

u32 hung_task_looks() { return __atomic_load_n(&looks, __ATOMIC_ACQUIRE); }
u32 hung_task_reports() { return __atomic_load_n(&reports, __ATOMIC_ACQUIRE); }

} // namespace kernel::debug
