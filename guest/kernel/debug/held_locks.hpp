#pragma once

#include "kernel/debug/lock_graph.hpp"

namespace kernel::debug {

/// What a lock is taken in, the most urgent last. Each is a world of its own: that a lock is held in one that was
/// interrupted makes no order with what the interrupt takes.
enum class LockContext : u8 { task, softirq, hardirq };

/// How a lock is being taken.
struct Acquisition {
    const void* lock = nullptr;
    ClassId id = 0;
    LockContext context = LockContext::task;
    bool attempt = false;     ///< a try_lock: it cannot wait, so what is held before it makes no order
    bool read = false;        ///< beside other readers
    bool hardirqs_on = false; ///< of this CPU, now
    bool softirqs_on = false;
    u64 place = 0; ///< the code that takes it
};

struct HeldLock {
    const void* lock = nullptr;
    u64 place = 0;
    u64 chain = 0; ///< stands for the classes held in this context up to this one
    ClassId id = 0;
    LockContext context = LockContext::task;
    bool attempt = false;
    bool read = false;
};

/// The locks that one task holds, oldest first, those taken by the interrupts on top of it included.
class HeldLocks {
public:
    static constexpr unsigned max_depth = 24;

    /// Enters a lock. `known`: the graph has to learn nothing from it; otherwise call learn() for it.
    struct Entered {
        bool known;
        bool too_deep;
    };
    Entered enter(const LockGraph& graph, const Acquisition& acquisition);
    /// Tells the graph of what was just entered; the first thing that is wrong. The graph must be locked.
    std::optional<LockFinding> learn(LockGraph& graph, const Acquisition& acquisition, const Backtrace& trace) const;
    /// False: it is not held.
    bool leave(const void* lock);

    bool holds(const void* lock) const;
    unsigned depth() const { return depth_; }
    const HeldLock& operator[](unsigned index) const { return locks_[index]; }

private:
    u64 chain_before(unsigned index, LockContext context) const;
    std::optional<LockFinding> check_recursion(const Acquisition& acquisition) const;

    std::array<HeldLock, max_depth> locks_{};
    unsigned depth_ = 0;
};

} // namespace kernel::debug
