#pragma once

#include "kernel/sched/policy.hpp"
#include "lib/intrusive.hpp"
#include "lib/types.hpp"

namespace kernel {
class Task;
}

namespace kernel::sched {

/// How far what runs on and what waits may drift apart; Linux's figures for eight CPUs.
inline constexpr u64 target_latency = 24 * millisecond;    ///< in this time each has run, while there are few
inline constexpr u64 min_granularity = 3 * millisecond;    ///< and when there are many, each runs at least this long
inline constexpr u64 wakeup_granularity = 4 * millisecond; ///< so much further a woken one must be behind to preempt

class FairQueue;

/// What competes for a fair share: a task, or a group of tasks that has a queue of its own. A task in a group competes
/// in the queue of its parent, and the parent for both in the queue above.
struct FairEntity {
    TreeHook in_queue;
    /// Nanoseconds it has run, the more the lighter it is. While it competes in a queue, or sleeps, it counts on that
    /// queue's scale; while it is on its way to one (new, or claimed by a waker or a mover) from that scale's minimum.
    u64 vruntime = 0;
    u64 ran = 0; ///< since it was last picked
    u32 weight = nice_0_weight;
    bool queued = false; ///< competes: waits or runs
    FairEntity* parent = nullptr;
    FairQueue* members = nullptr; ///< a group's
    Task* task = nullptr;         ///< a task's
};

/// Why an entity comes to a queue: it decides where it is placed.
enum class Enqueue {
    wakeup,  ///< it slept
    created, ///< it has never run
    moved,   ///< it was waiting elsewhere, or in another class
};

/// Entities that share one CPU, or one group's part of it, by weight: who has had the least of its share is next. Not
/// locked.
class FairQueue {
public:
    FairQueue() = default;
    FairQueue(const FairQueue&) = delete;
    FairQueue& operator=(const FairQueue&) = delete;

    /// Starts to compete. Its vruntime counts from the minimum.
    void add(FairEntity& entity, Enqueue why);
    /// A waiting entity stops to compete; its vruntime counts from the minimum from now on.
    void remove(FairEntity& entity);

    /// The waiting one that has had the least, which runs from now on; null when none waits.
    FairEntity* take_first();
    /// What runs waits again.
    void put_current();
    /// What runs competes no longer: it sleeps. Its vruntime stays on this queue's scale.
    void drop_current();
    /// An entity on its way here, or a waiting one, runs from now on.
    void resume(FairEntity& entity);
    /// It sleeps, and will wake up in another queue, or here.
    void forget(FairEntity& sleeper) const { sleeper.vruntime -= min_vruntime_; }
    /// Next time another is taken, if there is one.
    void skip_current() { skipped_ = current_; }

    /// What runs has done so for so many nanoseconds more.
    void account(u64 ran);
    /// What runs has had its turn.
    bool turn_is_over() const;
    /// `woken` is so far behind what runs that it should run at once.
    bool should_preempt(const FairEntity& woken) const;

    /// Its part of the target latency.
    u64 slice(const FairEntity& entity) const;

    unsigned count() const { return count_; } ///< what runs included
    u64 min_vruntime() const { return min_vruntime_; }
    u64 weight() const { return weight_; }
    const FairEntity* current() const { return current_; }
    /// How often two entities were compared to find a place in the tree, ever.
    u64 comparisons() const { return comparisons_; }

    /// Calls `function` with the waiting entities, in order, until it returns true.
    template <typename Function>
    void find(Function&& function)
    {
        for (FairEntity& entity : tree_)
            if (function(entity))
                return;
    }

private:
    struct ByVruntime {
        u64* comparisons;
        /// Correct when the clock wraps around.
        bool operator()(const FairEntity& left, const FairEntity& right) const
        {
            ++*comparisons;
            return static_cast<i64>(left.vruntime - right.vruntime) < 0;
        }
    };
    using Entities =
        boost::intrusive::multiset<FairEntity,
                                   boost::intrusive::member_hook<FairEntity, TreeHook, &FairEntity::in_queue>,
                                   boost::intrusive::compare<ByVruntime>, boost::intrusive::constant_time_size<false>>;

    void place(FairEntity& entity, Enqueue why) const;
    void update_min_vruntime();
    static u64 on_virtual_clock(u64 nanoseconds, u32 weight)
    {
        return weight == nice_0_weight ? nanoseconds : nanoseconds * nice_0_weight / weight;
    }

    u64 comparisons_ = 0;
    Entities tree_{ByVruntime{&comparisons_}}; ///< those that wait; its header keeps the leftmost
    FairEntity* current_ = nullptr;
    const FairEntity* skipped_ = nullptr;
    u64 min_vruntime_ = 0; ///< never goes back; what has had the least has had this much, or less when it slept
    u64 weight_ = 0;       ///< of all
    unsigned count_ = 0;
};

} // namespace kernel::sched
