#pragma once

#include "kernel/sched/fair_queue.hpp"
#include "kernel/sched/scheduler_class.hpp"

namespace kernel::sched {

/// Normal, batch and idle-policy tasks: each gets its part of the CPU by its weight, and soon enough. A tree of queues:
/// groups nest, see FairEntity.
class FairClass final : public SchedulerClass {
public:
    void enqueue(Task& task, Enqueue why) override;
    void dequeue(Task& task) override;
    Task* pick_next() override;
    void put_back(Task& running, Leave why) override;
    void leave(Task& running) override;
    void resume(Task& running) override;
    void forget(Task& sleeper) override;
    void account(Task& running, u64 ran) override;
    bool tick(Task& running) override;
    bool preempts(const Task& woken, const Task& running) override;

    const FairQueue& root() const { return root_; }
    /// Among the tasks that wait, groups' included, those that are next first: one that `accepts(task)`; or null.
    template <typename Accepts>
    Task* find(Accepts&& accepts)
    {
        return find_in(root_, accepts);
    }

private:
    FairQueue& queue_of(const FairEntity& entity) { return entity.parent == nullptr ? root_ : *entity.parent->members; }

    template <typename Accepts>
    static Task* find_in(FairQueue& queue, Accepts& accepts)
    {
        Task* found = nullptr;
        queue.find([&](FairEntity& entity) {
            if (entity.members != nullptr)
                found = find_in(*entity.members, accepts);
            else if (accepts(*entity.task))
                found = entity.task;
            return found != nullptr;
        });
        return found;
    }

    FairQueue root_;
};

} // namespace kernel::sched
