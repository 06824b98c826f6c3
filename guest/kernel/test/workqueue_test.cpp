// Workqueues on the real scheduler: work that sleeps, order, delay, cancellation.
#include "kernel/sched/schedule.hpp"
#include "kernel/sched/wait_queue.hpp"
#include "kernel/sync/preempt.hpp"
#include "kernel/test/kernel_test.hpp"
#include "kernel/test/support.hpp"
#include "kernel/workqueue/workqueue.hpp"

#include <array>

namespace kernel {
namespace {

using test::check;
using test::Counter;
using test::eventually;

/// Something to sleep for.
class Gate {
public:
    void pass()
    {
        queue_.wait([this] { return open_.get() != 0; });
    }
    void open()
    {
        open_.set(1);
        queue_.wake_up_all();
    }

private:
    Counter open_;
    WaitQueue queue_;
};

class Item : public Work {
public:
    Item() : Work{run} {}

    Gate* sleeps_for = nullptr;
    Counter runs;
    Counter inside;
    Counter wrong;
    Counter cpu;
    u32 again = 0;
    u32 sequence = 0;
    static inline Counter next_sequence;

private:
    static void run(Work& work)
    {
        auto& self = static_cast<Item&>(work);
        self.inside.increment();
        if (self.inside.get() != 1 || in_atomic() || !Task::current().name().starts_with("kworker/"))
            self.wrong.increment();
        self.cpu.set(arch::cpu_id());
        if (self.sleeps_for != nullptr)
            self.sleeps_for->pass();
        next_sequence.increment();
        self.sequence = next_sequence.get();
        self.inside.set(self.inside.get() - 1);
        if (self.again != 0) {
            --self.again;
            schedule_work(self);
        }
        self.runs.increment();
    }
};

bool sleepers_hold_up_nobody()
{
    Gate gate;
    std::array<Item, 10> sleepers;
    Item awake;
    const u32 workers = worker_count().workers;
    for (Item& sleeper : sleepers) {
        sleeper.sleeps_for = &gate;
        system_workqueue().queue_on(0, sleeper);
    }
    system_workqueue().queue_on(0, awake);
    flush_work(awake); // though ten sleep before it
    const u32 made = worker_count().workers - workers;
    bool all_slept = true;
    for (Item& sleeper : sleepers)
        all_slept = all_slept && sleeper.inside.get() == 1 && sleeper.runs.get() == 0;
    gate.open();
    system_workqueue().flush();
    bool all_ran = awake.runs.get() == 1;
    for (const Item& sleeper : sleepers)
        all_ran = all_ran && sleeper.runs.get() == 1 && sleeper.wrong.get() == 0 && sleeper.cpu.get() == 0;
    return check(all_slept, "work that was to sleep did not") &&
           check(made <= 2 * sleepers.size(), "more workers were made than there was use for") &&
           check(all_ran, "work was not done once, or elsewhere");
}
KERNEL_TEST(workqueue_sleep, sleepers_hold_up_nobody);

bool runs_where_it_is_queued()
{
    std::array<Item, arch::max_cpus> items;
    for (CpuMask rest = sched::online_cpus(); rest != 0; rest &= rest - 1) {
        const auto cpu = static_cast<unsigned>(__builtin_ctz(rest));
        system_workqueue().queue_on(cpu, items[cpu]);
        flush_work(items[cpu]);
        if (!check(items[cpu].runs.get() == 1 && items[cpu].cpu.get() == cpu, "bound work ran elsewhere"))
            return false;
    }
    return true;
}
KERNEL_TEST(workqueue_bound, runs_where_it_is_queued);

bool keeps_order()
{
    constexpr unsigned count = 30;
    std::array<Item, count> items;
    Workqueue queue{"ordered", Workqueue::Kind::ordered};
    const u32 first = Item::next_sequence.get() + 1;
    for (Item& item : items)
        queue.queue(item);
    const bool taken_back = cancel_work_sync(items[count - 1]); // if it has not begun
    queue.flush();
    bool in_order = true;
    for (unsigned n = 0; n + 1 < count; ++n)
        in_order = in_order && items[n].runs.get() == 1 && items[n].sequence == first + n;
    return check(in_order, "ordered work was done out of order") &&
           check(items[count - 1].runs.get() == (taken_back ? 0U : 1U), "cancelled work ran");
}
KERNEL_TEST(workqueue_ordered, keeps_order);

bool runs_side_by_side()
{
    Gate gate;
    std::array<Item, 6> items;
    for (Item& item : items) {
        item.sleeps_for = &gate;
        system_unbound_workqueue().queue(item);
    }
    for (const Item& item : items)
        eventually([&] { return item.inside.get() == 1; });
    gate.open();
    system_unbound_workqueue().flush();
    for (const Item& item : items)
        if (!check(item.runs.get() == 1 && item.wrong.get() == 0, "unbound work was not done once"))
            return false;
    return true;
}
KERNEL_TEST(workqueue_unbound, runs_side_by_side);

/// From all CPUs at once: it never runs twice at a time, and once after it was queued last.
bool never_runs_twice_at_once()
{
    struct Shared {
        Item item;
        Counter done;
    } shared;
    constexpr unsigned rounds = 100;
    const auto queue_often = [](void* argument) {
        Shared& all = *static_cast<Shared*>(argument);
        for (unsigned round = 0; round < rounds; ++round) {
            schedule_work(all.item);
            if (round % 8 == 0)
                sched::yield();
        }
        flush_work(all.item);
        all.done.increment();
    };
    Item& item = shared.item;
    u32 started = 0;
    for (CpuMask rest = sched::online_cpus(); rest != 0; rest &= rest - 1, ++started) {
        const auto task = sched::create_task("ktest", queue_often, &shared, rest & -rest);
        if (!check(static_cast<bool>(task), "no memory for a task"))
            return false;
        sched::wake(*task.value());
    }
    eventually([&] { return shared.done.get() == started; });
    flush_work(item);
    return check(item.wrong.get() == 0, "work ran twice at once") && check(item.runs.get() != 0, "work did not run");
}
KERNEL_TEST(workqueue_reentrance, never_runs_twice_at_once);

bool cancels_what_queues_itself()
{
    Item item;
    item.again = ~0U;
    schedule_work(item);
    eventually([&] { return item.runs.get() >= 3; });
    cancel_work_sync(item);
    const u32 runs = item.runs.get();
    sched::yield();
    return check(!item.is_pending() && item.inside.get() == 0 && item.runs.get() == runs,
                 "work goes on though it was cancelled");
}
KERNEL_TEST(workqueue_cancel, cancels_what_queues_itself);

class DelayedItem : public DelayedWork {
public:
    DelayedItem() : DelayedWork{[](Work& work) { static_cast<DelayedItem&>(work).runs.increment(); }} {}
    Counter runs;
};

bool waits_before_it_runs()
{
    constexpr u64 millisecond = 1'000'000;
    constexpr u64 hour = 3'600'000 * millisecond;
    DelayedItem soon;
    DelayedItem never;
    const bool queued =
        system_workqueue().queue_delayed(soon, 20 * millisecond) && system_workqueue().queue_delayed(never, hour);
    const bool queued_twice = system_workqueue().queue_delayed(never, 0);
    eventually([&] { return soon.runs.get() == 1; });
    const bool cancelled = cancel_delayed_work_sync(never);
    const bool moved = system_workqueue().queue_delayed(never, hour) && system_workqueue().modify_delayed(never, 0);
    eventually([&] { return never.runs.get() == 1; });
    return check(queued && !queued_twice, "delayed work was queued wrongly") &&
           check(cancelled, "delayed work could not be cancelled") &&
           check(moved, "delayed work could not be brought forward") &&
           check(!cancel_delayed_work_sync(soon), "work that was done was pending");
}
KERNEL_TEST(workqueue_delayed, waits_before_it_runs);

} // namespace
} // namespace kernel
