// Plays for the scheduler, of which each shows a property that its trace proves: tests/guest/scheduler/check_schedule
// runs them and judges. How long they are is counted in what tasks have run, by the guest's clock, so that neither a
// slow machine nor a busy host changes what they show.
#include "arch/clock.hpp"
#include "kernel/sched/cpu_state.hpp"
#include "kernel/test/kernel_test.hpp"
#include "kernel/test/troupe.hpp"
#include "kernel/trace/tracepoint.hpp"

#include <algorithm>

namespace kernel {
namespace {

using namespace test;
using sched::millisecond;
using sched::Parameters;
using sched::Policy;

constexpr CpuMask first_cpu = 1;

/// The task that leads a play is not to be kept waiting by those who act in it.
class Director {
public:
    Director() { lead({.policy = Policy::fifo, .rt_priority = 99}); }
    ~Director() { lead({}); }
    Director(const Director&) = delete;
    Director& operator=(const Director&) = delete;

private:
    static void lead(const Parameters& parameters)
    {
        check(static_cast<bool>(sched::set_parameters(Task::current(), parameters)), "the director cannot lead");
    }
};

/// Sleeps until `task` has run for so long.
void watch(Task* task, u64 nanoseconds)
{
    while (task != nullptr && sched::runtime_of(*task) < nanoseconds)
        sleep_for(20 * millisecond);
}

/// Three that never sleep, of different niceness, on one CPU.
bool shows_shares()
{
    const Director director;
    Troupe troupe;
    Task* const first = troupe.hire("nice0", spin, {.nice = 0}, first_cpu);
    Task* const second = troupe.hire("nice5", spin, {.nice = 5}, first_cpu);
    Task* const third = troupe.hire("nice10", spin, {.nice = 10}, first_cpu);
    watch(third, 1'000 * millisecond);
    return first != nullptr && second != nullptr && third != nullptr;
}

/// No real-time task is held back for the sake of fair ones while this lives.
class NoLimit {
public:
    NoLimit() { sched::realtime_limit.runtime = sched::realtime_limit.period; }
    ~NoLimit() { sched::realtime_limit = {}; }
    NoLimit(const NoLimit&) = delete;
    NoLimit& operator=(const NoLimit&) = delete;
};

void work_and_sleep(Troupe&)
{
    constexpr unsigned turns = 30;
    for (unsigned turn = 0; turn < turns; ++turn) {
        work(25 * millisecond); // some ticks long
        sleep_for(10 * millisecond);
    }
    trace::test_value("turns", turns);
}

/// A FIFO task that works and sleeps among fair ones that want its CPU all the time.
bool shows_fifo()
{
    const Director director;
    const NoLimit no_limit;
    Troupe fair;
    Troupe urgent;
    const bool hired = fair.hire("fair", spin, {}, first_cpu) != nullptr &&
                       fair.hire("fairer", spin, {.nice = -20}, first_cpu) != nullptr &&
                       urgent.hire("fifo", work_and_sleep, {.policy = Policy::fifo, .rt_priority = 1}, first_cpu);
    urgent.end();
    return hired;
}

/// A FIFO task that never sleeps, and a fair one that is not to starve.
bool shows_realtime_limit()
{
    const Director director;
    Troupe troupe;
    Task* const hog = troupe.hire("hog", spin, {.policy = Policy::fifo, .rt_priority = 50}, first_cpu);
    Task* const fair = troupe.hire("fair", spin, {}, first_cpu);
    watch(fair, 120 * millisecond);
    return hog != nullptr && fair != nullptr;
}

/// Each job takes half of the runtime that its task has been promised: where the kernel is slow, switches need the
/// rest.
void do_jobs(Troupe&)
{
    Task& self = Task::current();
    const sched::DeadlineParameters promise = sched::parameters_of(self).deadline;
    u64 release = arch::monotonic_nanoseconds();
    for (unsigned job = 0; job < 10; ++job) {
        work(promise.runtime / 2);
        release = std::max(release + promise.period, arch::monotonic_nanoseconds());
        sched::sleep_until(release);
    }
}

/// Three periodic tasks, with everybody else wanting their CPU.
bool shows_deadlines()
{
    const Director director;
    const auto promised = [](u64 runtime, u64 period) {
        return Parameters{.policy = Policy::deadline,
                          .deadline = {runtime * millisecond, period * millisecond, period * millisecond}};
    };
    Troupe load;
    Troupe jobs;
    bool hired = load.hire("fair", spin, {.nice = -20}, first_cpu) != nullptr &&
                 load.hire("fifo", spin, {.policy = Policy::fifo, .rt_priority = 98}, first_cpu) != nullptr;
    hired = jobs.hire("deadline300", do_jobs, promised(30, 300), first_cpu) != nullptr && hired;
    hired = jobs.hire("deadline400", do_jobs, promised(40, 400), first_cpu) != nullptr && hired;
    hired = jobs.hire("deadline600", do_jobs, promised(60, 600), first_cpu) != nullptr && hired;
    jobs.end();
    return hired;
}

/// Twice as many tasks that never sleep as there are CPUs, all started on one.
bool shows_busy_cpus()
{
    const Director director;
    Troupe troupe;
    Task* tasks[4] = {};
    for (Task*& task : tasks)
        task = troupe.hire("hog", spin);
    for (Task* const task : tasks)
        watch(task, 300 * millisecond);
    return tasks[3] != nullptr;
}

/// Tasks bound to their CPUs, among others that may go anywhere.
bool shows_pinning()
{
    const Director director;
    Troupe troupe;
    Task* last = nullptr;
    for (unsigned cpu = 0; cpu < arch::online_cpu_count(); ++cpu) {
        troupe.hire("pinned", nap, {}, CpuMask{1} << cpu);
        last = troupe.hire("pinned", spin, {}, CpuMask{1} << cpu);
    }
    for (unsigned number = 0; number < 3; ++number)
        troupe.hire("free", nap);
    watch(last, 400 * millisecond);
    return last != nullptr;
}

struct Crowd {
    explicit Crowd(u32 count) : size{count} {}
    const u32 size;
    Counter turns;
    Counter gone;
};

void take_turns(void* argument)
{
    Crowd& crowd = *static_cast<Crowd*>(argument);
    constexpr u32 turns_each = 4;
    while (crowd.turns.get() < crowd.size * turns_each) {
        crowd.turns.increment();
        sched::yield();
    }
    crowd.gone.increment();
}

struct Effort {
    u64 picks;
    u64 comparisons;
};

Effort effort()
{
    return sched::cpu_state(0).queue.with([](sched::RunQueue& queue) {
        return Effort{queue.statistics().turns, queue.fair().comparisons()};
    });
}

/// So many tasks ready on one CPU, which give way to one another.
bool show_crowd(u32 size)
{
    Crowd crowd{size};
    Task* tasks[1'000] = {};
    for (u32 index = 0; index < size; ++index) {
        const auto task = sched::create_task("crowd", take_turns, &crowd, first_cpu);
        if (!check(static_cast<bool>(task), "no memory for a task"))
            return false;
        tasks[index] = task.value();
    }
    const Effort before = effort();
    for (u32 index = 0; index < size; ++index)
        sched::wake(*tasks[index]);
    while (crowd.gone.get() != size)
        sleep_for(20 * millisecond);
    const Effort after = effort();
    trace::test_value("tasks", size);
    trace::test_value("picks", after.picks - before.picks);
    trace::test_value("comparisons", after.comparisons - before.comparisons);
    return true;
}

bool shows_crowds() { return show_crowd(10) && show_crowd(100) && show_crowd(1'000); }

} // namespace

KERNEL_TEST(proof_shares, shows_shares);
KERNEL_TEST(proof_fifo, shows_fifo);
KERNEL_TEST(proof_realtime_limit, shows_realtime_limit);
KERNEL_TEST(proof_deadlines, shows_deadlines);
KERNEL_TEST(proof_busy_cpus, shows_busy_cpus);
KERNEL_TEST(proof_pinning, shows_pinning);
KERNEL_TEST(proof_crowds, shows_crowds);

} // namespace kernel
