#pragma once

#include "kernel/sched/scheduler_class.hpp"

namespace kernel::sched {

/// Tasks that want `runtime` nanoseconds of CPU before a deadline in every period: the earliest deadline first. Each is
/// held to what it asked for by a constant bandwidth server (Abeni and Buttazzo, 1998): one that has used up its
/// runtime is throttled until its next period begins, so that it can make no other miss a deadline.
class DeadlineClass final : public SchedulerClass {
public:
    static constexpr u64 never = ~u64{0};

    explicit DeadlineClass(const u64& now) : now_{now} {}

    void enqueue(Task& task, Enqueue why) override;
    void dequeue(Task& task) override;
    Task* pick_next() override;
    void put_back(Task& running, Leave why) override;
    void leave(Task&) override {}
    void resume(Task& running) override;
    void account(Task& running, u64 ran) override;
    bool tick(Task& running) override { return running.sched.deadline.left <= 0; }
    bool preempts(const Task& woken, const Task& running) override;

    /// Lets those go on whose next period has begun.
    void replenish();
    /// When to call replenish().
    u64 next_replenishment() const;
    /// The ready task with the earliest deadline, which is first to be picked; or null.
    Task* first() const { return ready_.empty() ? nullptr : ready_.begin()->task; }

    /// A waiting task that `accepts(task)`, throttled or not; or null.
    template <typename Accepts>
    Task* find(Accepts&& accepts)
    {
        for (DeadlineEntity& entity : ready_)
            if (accepts(*entity.task))
                return entity.task;
        for (DeadlineEntity& entity : throttled_)
            if (accepts(*entity.task))
                return entity.task;
        return nullptr;
    }

private:
    struct ByDeadline {
        using type = u64;
        u64 operator()(const DeadlineEntity& entity) const { return entity.deadline; }
    };
    struct ByReplenishment {
        using type = u64;
        u64 operator()(const DeadlineEntity& entity) const { return entity.next_period(); }
    };
    template <typename Key>
    using Entities =
        boost::intrusive::multiset<DeadlineEntity,
                                   boost::intrusive::member_hook<DeadlineEntity, TreeHook, &DeadlineEntity::in_queue>,
                                   boost::intrusive::key_of_value<Key>, boost::intrusive::constant_time_size<false>>;

    void begin_period(DeadlineEntity& entity) const;
    void insert(DeadlineEntity& entity);

    const u64& now_;
    Entities<ByDeadline> ready_;
    Entities<ByReplenishment> throttled_;
};

} // namespace kernel::sched
