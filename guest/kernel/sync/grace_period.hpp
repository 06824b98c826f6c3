#pragma once

#include "kernel/sync/atomic.hpp"
#include "lib/types.hpp"

namespace kernel::rcu {

/// Which CPUs a grace period still waits for. A CPU has passed a quiescent state when it has been, since the grace
/// period began, outside of every reader: it reports that, or it is known to be in a longer one (idle, offline).
///
/// The order of things: a CPU's report releases what its readers did, and whoever ends the grace period has acquired
/// all reports; begin() releases what was taken from the readers' sight, and a CPU that reports acquires it.
class GracePeriod {
public:
    /// True when it ended at once. None is in progress.
    bool begin(u32 cpus)
    {
        if (cpus == 0)
            return true;
        pending_.store(cpus, Order::seq_cst);
        // Read by a read-modify-write: a CPU that leaves its long quiescent state after this sees what came before it.
        return report(idle_.fetch_or(0, Order::seq_cst));
    }
    /// For all of `cpus`. True for the one report that ends it. Relaxed and free where nobody waits.
    bool report(u32 cpus)
    {
        const u32 before = pending_.fetch_and(~cpus, Order::seq_cst);
        return before != 0 && (before & ~cpus) == 0;
    }
    u32 pending() const { return pending_.load(Order::relaxed); }

    /// The CPU reads nothing until exit_idle(). Either begin() sees it idle, or it sees that it is waited for. True:
    /// that ended the grace period.
    bool enter_idle(u32 cpu)
    {
        idle_.fetch_or(cpu, Order::seq_cst);
        return (pending_.load(Order::seq_cst) & cpu) != 0 && report(cpu);
    }
    void exit_idle(u32 cpu) { idle_.fetch_and(~cpu, Order::seq_cst); }
    bool is_idle(u32 cpu) const { return (idle_.load(Order::relaxed) & cpu) != 0; }
    u32 idle() { return idle_.fetch_or(0, Order::seq_cst); }

private:
    Atomic<u32> pending_;       ///< CPUs waited for; zero when no grace period is in progress
    Atomic<u32> idle_{~u32{0}}; ///< CPUs in a long quiescent state; at first nobody is online
};

} // namespace kernel::rcu
