// The scheduler under load, on all CPUs at once: hand-overs between CPUs, contention, sleep, preemption, birth and
// death of tasks.
#include "arch/clock.hpp"
#include "kernel/printk.hpp"
#include "kernel/sched/schedule.hpp"
#include "kernel/sync/mutex.hpp"
#include "kernel/test/kernel_test.hpp"

namespace kernel {
namespace {

/// Counts down to something to wait for. May go when wait() has returned.
class Countdown {
public:
    explicit Countdown(u32 count) : left_{count}, inside_{count} {}
    void done()
    {
        if (__atomic_sub_fetch(&left_, 1, __ATOMIC_SEQ_CST) == 0)
            queue_.wake_up_all();
        __atomic_sub_fetch(&inside_, 1, __ATOMIC_RELEASE); // with the acquire below: the queue is not touched any more
    }
    void wait()
    {
        queue_.wait([this] { return __atomic_load_n(&left_, __ATOMIC_SEQ_CST) == 0; });
        while (__atomic_load_n(&inside_, __ATOMIC_ACQUIRE) != 0)
            sched::yield();
    }

private:
    u32 left_;
    u32 inside_;
    WaitQueue queue_;
};

/// Starts `count` tasks, one CPU after another, and waits until all have called `countdown.done()` as their last act.
/// `argument` is what entry gets.
bool run_tasks(unsigned count, void (*entry)(void*), void* argument, Countdown& countdown)
{
    unsigned cpu = 0;
    for (unsigned index = 0; index < count; ++index) {
        do
            cpu = (cpu + 1) % arch::max_cpus;
        while ((sched::online_cpus() >> cpu & 1) == 0);
        const auto task = sched::create_task("ktest", entry, argument, CpuMask{1} << cpu);
        if (!task) {
            printk(LogLevel::error, "no memory for task {}", index);
            return false;
        }
        sched::wake(*task.value());
    }
    countdown.wait();
    return true;
}

bool check(bool right, std::string_view what)
{
    if (!right)
        printk(LogLevel::error, "{}", what);
    return right;
}

/// Tasks on different CPUs pass a turn around: each hand-over sleeps and wakes.
struct Ring {
    static constexpr unsigned members = 8;
    static constexpr unsigned rounds = 50;

    unsigned next_number = 0;
    unsigned turn = 0;
    WaitQueue turns[members];
    Countdown countdown{members};
};

void take_turns(void* argument)
{
    Ring& ring = *static_cast<Ring*>(argument);
    const unsigned me = __atomic_fetch_add(&ring.next_number, 1, __ATOMIC_RELAXED);
    for (unsigned round = 0; round < Ring::rounds; ++round) {
        const unsigned mine = round * Ring::members + me;
        ring.turns[me].wait([&] { return __atomic_load_n(&ring.turn, __ATOMIC_SEQ_CST) == mine; });
        __atomic_store_n(&ring.turn, mine + 1, __ATOMIC_SEQ_CST);
        ring.turns[(me + 1) % Ring::members].wake_up_all();
    }
    ring.countdown.done();
}

bool hands_over_between_cpus()
{
    Ring ring;
    return run_tasks(Ring::members, take_turns, &ring, ring.countdown) &&
           check(ring.turn == Ring::members * Ring::rounds, "a turn was lost");
}

/// Tasks that may run anywhere fight for one mutex, yielding and sleeping while they hold it.
struct Fight {
    static constexpr u32 fighters = 8;
    static constexpr u64 rounds = 40;

    Locked<u64, Mutex> count{0U};
    Countdown countdown{fighters};
};

void fight(void* argument)
{
    Fight& arena = *static_cast<Fight*>(argument);
    for (unsigned round = 0; round < Fight::rounds; ++round)
        arena.count.with([&](u64& count) {
            const u64 seen = count;
            if (round % 8 == 0)
                sched::sleep_until(arch::monotonic_nanoseconds() + 100'000);
            else
                sched::yield();
            count = seen + 1;
        });
    arena.countdown.done();
}

bool keeps_others_out_of_a_mutex()
{
    Fight arena;
    return run_tasks(Fight::fighters, fight, &arena, arena.countdown) &&
           check(arena.count.without_lock() == Fight::fighters * Fight::rounds, "two were in the mutex at once");
}

/// More busy tasks than CPUs, none of which ever sleeps until all have run: only preemption lets them.
struct Crowd {
    explicit Crowd(u32 size) : countdown{size}, missing{size} {}
    Countdown countdown;
    u32 missing;
};

void spin_until_all_have_run(void* argument)
{
    Crowd& crowd = *static_cast<Crowd*>(argument);
    __atomic_sub_fetch(&crowd.missing, 1, __ATOMIC_SEQ_CST);
    while (__atomic_load_n(&crowd.missing, __ATOMIC_SEQ_CST) != 0)
        arch::relax();
    crowd.countdown.done();
}

bool preempts_those_that_do_not_give_way()
{
    const u32 size = 3 * arch::online_cpu_count();
    Crowd crowd{size};
    return run_tasks(size, spin_until_all_have_run, &crowd, crowd.countdown);
}

void sleep_a_little(void* argument)
{
    const u64 deadline = arch::monotonic_nanoseconds() + 2'000'000;
    sched::sleep_until(deadline);
    Countdown& countdown = *static_cast<Countdown*>(argument);
    if (arch::monotonic_nanoseconds() >= deadline)
        countdown.done();
}

/// Also shows that the dead give their memory back: all of them together would not fit.
bool sleepers_wake_in_time()
{
    for (unsigned generation = 0; generation < 10; ++generation) {
        Countdown countdown{16};
        if (!run_tasks(16, sleep_a_little, &countdown, countdown))
            return false;
    }
    return true;
}

} // namespace

KERNEL_TEST(threads_hand_over, hands_over_between_cpus);
KERNEL_TEST(threads_mutex, keeps_others_out_of_a_mutex);
KERNEL_TEST(threads_preemption, preempts_those_that_do_not_give_way);
KERNEL_TEST(threads_sleep, sleepers_wake_in_time);

} // namespace kernel
