// What the debug kernel must find, each done once and in a way that does no harm by itself: `crash_test=NAME`.
#include "arch/clock.hpp"
#include "arch/upcalls.hpp"
#include "kernel/debug/crash_test.hpp"
#include "kernel/printk.hpp"
#include "kernel/sched/schedule.hpp"
#include "kernel/sync/bottom_half_safe.hpp"
#include "kernel/sync/completion.hpp"
#include "kernel/sync/mutex.hpp"
#include "kernel/sync/spin_lock.hpp"
#include "kernel/time/timer.hpp"
#include "lib/late.hpp"

#include <array>

namespace kernel::debug {
namespace {

constinit SpinLock first{LockSite::named("first")};
constinit SpinLock second{LockSite::named("second")};
constinit SpinLock third{LockSite::named("third")};
constinit IrqSafe irq_safe{LockSite::named("irq_safe")};
constinit BottomHalfSafe bh_safe{LockSite::named("bh_safe")};
Late<Mutex> mutex;

/// In a task of its own, as the boot is one that may not sleep. Returns when it has died, or not: then so does the run.
template <void (*function)()>
void in_task()
{
    mutex.construct();
    const auto entry = [](void* argument) { reinterpret_cast<void (*)()>(argument)(); };
    void* const argument = reinterpret_cast<void*>(function);
    const auto task = sched::create_task("crash_test", entry, argument, CpuMask{1} << arch::cpu_id());
    if (!task)
        panic("no memory for a crash test");
    sched::wake(*task.value());
    sched::yield();
}

/// Has `expired` run once in a hard interrupt and waits until it has.
void in_interrupt(void (*expired)())
{
    static constinit bool done = false;
    static void (*function)() = nullptr;
    static Late<time::HighResolutionTimer> timer;
    function = expired;
    timer.construct([](time::HighResolutionTimer&) {
        function();
        __atomic_store_n(&done, true, __ATOMIC_RELEASE);
    });
    time::start(*timer, arch::monotonic_nanoseconds());
    while (!__atomic_load_n(&done, __ATOMIC_ACQUIRE))
        sched::yield();
}

[[gnu::noinline]] void take_first_then_second()
{
    const SpinLock::Guard outer{first};
    const SpinLock::Guard inner{second};
}

[[gnu::noinline]] void take_second_then_third()
{
    const SpinLock::Guard outer{second};
    const SpinLock::Guard inner{third};
}

[[gnu::noinline]] void take_third_then_first()
{
    const SpinLock::Guard outer{third};
    const SpinLock::Guard inner{first};
}

void circular()
{
    take_first_then_second();
    take_second_then_third();
    take_third_then_first();
}

/// Two locks of one class: another task may take them the other way round.
void recursion()
{
    struct Node {
        SpinLock lock{LockSite::named("Node::lock")};
    };
    Node one;
    Node other;
    const SpinLock::Guard outer{one.lock};
    const SpinLock::Guard inner{other.lock};
}

/// Has `served` run once in a soft interrupt.
void in_softirq(void (*served)())
{
    constexpr softirq::Vector nobodys = softirq::Vector::irq_poll;
    softirq::open(nobodys, served);
    const softirq::Disabled until_raised;
    softirq::raise(nobodys);
}

[[gnu::noinline]] void take_first() { const SpinLock::Guard guard{first}; }
[[gnu::noinline]] void take_irq_safe() { const IrqSafe::Guard guard{irq_safe}; }

void irq_inconsistent()
{
    in_interrupt(take_first);
    take_first();
}

[[gnu::noinline]] void take_bh_safe() { const BottomHalfSafe::Guard guard{bh_safe}; }

/// The first lock is shared as it should be, the second is not.
void softirq_inconsistent()
{
    take_bh_safe();
    in_softirq(take_bh_safe);
    take_bh_safe();
    in_softirq(take_first);
    take_first();
}

void irq_inversion()
{
    in_interrupt(take_irq_safe);
    take_first();
    const IrqSafe::Guard outer{irq_safe};
    const SpinLock::Guard inner{first};
}

void unbalanced_unlock() { first.unlock(); }

void exit_with_lock() { first.lock(); }

void user_return_with_lock()
{
    mutex->lock();
    arch::TrapFrame frame{};
    before_user_return(frame);
}

void sleep_in_atomic()
{
    const SpinLock::Guard guard{first};
    mutex->lock();
}

void sleep_with_interrupts_off()
{
    const arch::InterruptsOff off;
    mutex->lock();
}

/// A condition that sleeps undoes what wait() has announced.
void sleep_in_condition()
{
    WaitQueue queue;
    bool announced = false; // wait() looks once before it announces anything
    queue.wait([&] {
        if (announced)
            mutex->lock();
        announced = true;
        return false;
    });
}

void schedule_while_atomic()
{
    const preempt::Off off;
    sched::schedule();
}

/// A task that does `function` once, on the last CPU: the boot goes on, and init runs on the first.
template <void (*function)()>
void in_task_beside_init()
{
    mutex.construct();
    const auto task = sched::create_task(
        "crash_test", [](void*) { function(); }, nullptr, CpuMask{1} << (arch::online_cpu_count() - 1));
    if (!task)
        panic("no memory for a crash test");
    sched::wake(*task.value());
}

[[gnu::noinline]] void spin_without_preemption()
{
    const SpinLock::Guard guard{first};
    for (;;)
        arch::relax();
}

/// What somebody forgets to complete.
[[gnu::noinline]] void wait_in_vain()
{
    Completion forgotten;
    mutex->lock();
    forgotten.wait();
}

constexpr std::array tests = {
    CrashTest{"lockdep_circular", in_task<circular>},
    CrashTest{"lockdep_recursion", in_task<recursion>},
    CrashTest{"lockdep_irq_inconsistent", in_task<irq_inconsistent>},
    CrashTest{"lockdep_softirq_inconsistent", in_task<softirq_inconsistent>},
    CrashTest{"lockdep_irq_inversion", in_task<irq_inversion>},
    CrashTest{"lockdep_unbalanced_unlock", in_task<unbalanced_unlock>},
    CrashTest{"lockdep_exit_with_lock", in_task<exit_with_lock>},
    CrashTest{"lockdep_user_return_with_lock", in_task<user_return_with_lock>},
    CrashTest{"sleep_in_atomic", in_task<sleep_in_atomic>},
    CrashTest{"sleep_with_interrupts_off", in_task<sleep_with_interrupts_off>},
    CrashTest{"sleep_in_condition", in_task<sleep_in_condition>},
    CrashTest{"schedule_while_atomic", in_task<schedule_while_atomic>},
    CrashTest{"spin_without_preemption", in_task_beside_init<spin_without_preemption>},
    CrashTest{"wait_in_vain", in_task_beside_init<wait_in_vain>},
};

} // namespace

std::span<const CrashTest> crash_tests() { return tests; }

} // namespace kernel::debug
