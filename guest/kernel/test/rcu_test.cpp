// RCU on the real scheduler: readers on all CPUs never see what has been disposed of, and grace periods end whatever
// the CPUs do.
#include "kernel/sync/rcu.hpp"
#include "kernel/test/crew.hpp"
#include "kernel/test/kernel_test.hpp"

#include <array>

namespace kernel {
namespace {

using test::check;

struct Thing : rcu::Head {
    Atomic<bool> alive;
};

/// The writer takes its things from a few, each of which is used again only when it has been disposed of.
struct Library {
    std::array<Thing, 8> things;
    rcu::Pointer<Thing> shown;
    Atomic<bool> closed;
    test::Counter read_dead;
    test::Counter disposed;
};
constinit Library library;

void dispose(rcu::Head& head)
{
    static_cast<Thing&>(head).alive.store(false, Order::seq_cst);
    library.disposed.increment();
}

void read(void*)
{
    while (!library.closed.load(Order::relaxed)) {
        {
            const rcu::ReadLock reading;
            const Thing* const thing = library.shown.load();
            for (unsigned look = 0; look < 20; ++look)
                if (!thing->alive.load(Order::relaxed))
                    library.read_dead.increment();
        }
        arch::relax();
    }
}

/// Publishes things one after another, disposing of each by call() or after synchronize(). How many.
u32 publish(unsigned count)
{
    for (unsigned index = 0; index < count; ++index) {
        Thing* next = nullptr;
        for (Thing& thing : library.things)
            if (!thing.alive.load(Order::acquire))
                next = &thing;
        if (next == nullptr) {
            rcu::barrier();
            --index;
            continue;
        }
        next->alive.store(true, Order::relaxed);
        Thing* const old = library.shown.exchange(next);
        if (index % 4 == 0) {
            rcu::synchronize();
            dispose(*old);
        } else {
            rcu::call(*old, dispose);
        }
    }
    return count;
}

bool readers_see_nothing_dead()
{
    library.things[0].alive.store(true, Order::relaxed);
    library.shown.store(&library.things[0]);
    library.closed.store(false, Order::relaxed);
    const u32 before = library.disposed.get();
    test::Crew readers;
    if (!readers.start_on_all(read, nullptr))
        return false;
    const u32 published = publish(24);
    library.closed.store(true, Order::relaxed);
    readers.wait();
    rcu::barrier();
    const bool right = check(library.read_dead.get() == 0, "a reader saw what had been disposed of") &&
                       check(library.disposed.get() - before == published, "a callback was lost, or came twice");
    library.shown.load()->alive.store(false, Order::relaxed);
    return right;
}

/// All other CPUs are idle and without a tick.
bool idle_cpus_hold_nobody_up()
{
    const u64 before = rcu::completed();
    for (unsigned round = 0; round < 20; ++round)
        rcu::synchronize();
    return check(rcu::completed() - before >= 20, "a grace period ended before it began");
}

/// Callbacks come in the order in which they were handed over.
struct Numbered : rcu::Head {
    u32 number = 0;
};
constinit std::array<Numbered, 16> numbered;
constinit test::Counter next_number;
constinit test::Counter out_of_order;

bool callbacks_come_in_order()
{
    next_number.set(0);
    for (u32 number = 0; number < numbered.size(); ++number) {
        numbered[number].number = number;
        rcu::call(numbered[number], [](rcu::Head& head) {
            if (static_cast<Numbered&>(head).number != next_number.get())
                out_of_order.increment();
            next_number.increment();
        });
    }
    rcu::barrier();
    return check(next_number.get() == numbered.size(), "barrier() did not wait for all") &&
           check(out_of_order.get() == 0, "callbacks overtook each other");
}

} // namespace

KERNEL_TEST(sync_rcu_readers, readers_see_nothing_dead);
KERNEL_TEST(sync_rcu_idle, idle_cpus_hold_nobody_up);
KERNEL_TEST(sync_rcu_order, callbacks_come_in_order);

} // namespace kernel
