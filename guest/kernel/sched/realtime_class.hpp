#pragma once

#include "kernel/sched/realtime_bandwidth.hpp"
#include "kernel/sched/scheduler_class.hpp"
#include "lib/intrusive.hpp"

namespace kernel::sched {

/// Tasks with real-time priorities (sched(7)): the most urgent runs until it sleeps, yields or a more urgent one comes.
/// Among equals the first to come is the first to run; one under SCHED_RR goes to the end when its slice is over. A
/// bitmap and a list for each priority: nothing here depends on the number of tasks.
class RealtimeClass final : public SchedulerClass {
public:
    static constexpr u64 round_robin_slice = 100 * millisecond; ///< Linux's

    explicit RealtimeClass(const u64& now) : bandwidth_{now} {}

    void enqueue(Task& task, Enqueue why) override;
    void dequeue(Task& task) override;
    Task* pick_next() override;
    void put_back(Task& running, Leave why) override;
    void leave(Task&) override {}
    void resume(Task&) override {}
    void account(Task& running, u64 ran) override;
    bool tick(Task& running) override;
    bool preempts(const Task& woken, const Task& running) override;

    /// It has had its part of the time, and gives way to fair tasks.
    RealtimeBandwidth& bandwidth() { return bandwidth_; }
    const RealtimeBandwidth& bandwidth() const { return bandwidth_; }

    /// Of the most urgent waiting task; 0 when none waits.
    unsigned highest_waiting() const;

    /// The most urgent waiting task that `accepts(task)`; or null.
    template <typename Accepts>
    Task* find(Accepts&& accepts);

private:
    static constexpr unsigned levels = highest_rt_priority + 1;
    using Tasks =
        boost::intrusive::list<RealtimeEntity,
                               boost::intrusive::member_hook<RealtimeEntity, ListHook, &RealtimeEntity::in_queue>,
                               boost::intrusive::constant_time_size<false>>;
    /// Comes into being when its bit in waiting_ is set, so that a CPU that comes up need not make a hundred.
    union Level {
        Level() {}
        ~Level() {}
        Tasks tasks;
    };

    /// Level 0 is the most urgent.
    static unsigned level_of(const Task& task);
    Tasks& tasks_at(unsigned level);
    void insert(Task& task, bool first);
    bool is_empty(unsigned level) const { return (waiting_[level / 64] >> level % 64 & 1) == 0; }
    void forget_if_empty(unsigned level);

    u64 waiting_[2] = {}; ///< bit n: level n has tasks
    Level levels_[levels];
    RealtimeBandwidth bandwidth_;
};

template <typename Accepts>
Task* RealtimeClass::find(Accepts&& accepts)
{
    for (unsigned level = 0; level < levels; ++level) {
        if (is_empty(level))
            continue;
        for (RealtimeEntity& entity : levels_[level].tasks)
            if (accepts(*entity.task))
                return entity.task;
    }
    return nullptr;
}

} // namespace kernel::sched
