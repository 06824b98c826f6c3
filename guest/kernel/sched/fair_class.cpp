#include "kernel/sched/fair_class.hpp"

namespace kernel::sched {

void FairClass::enqueue(Task& task, Enqueue why)
{
    for (FairEntity* entity = &task.sched.fair; entity != nullptr && !entity->queued; entity = entity->parent)
        queue_of(*entity).add(*entity, why);
}

void FairClass::dequeue(Task& task)
{
    for (FairEntity* entity = &task.sched.fair; entity != nullptr; entity = entity->parent) {
        FairQueue& queue = queue_of(*entity);
        queue.remove(*entity);
        if (queue.count() != 0)
            break; // the group above has others
    }
}

Task* FairClass::pick_next()
{
    for (FairQueue* queue = &root_;;) {
        FairEntity* const entity = queue->take_first();
        if (entity == nullptr)
            return nullptr; // at the root only: a group competes while it has members
        if (entity->members == nullptr)
            return entity->task;
        queue = entity->members;
    }
}

void FairClass::put_back(Task& running, Leave why)
{
    for (FairEntity* entity = &running.sched.fair; entity != nullptr; entity = entity->parent) {
        FairQueue& queue = queue_of(*entity);
        if (why == Leave::yielding)
            queue.skip_current();
        queue.put_current();
    }
}

void FairClass::leave(Task& running)
{
    bool empty = true;
    for (FairEntity* entity = &running.sched.fair; entity != nullptr; entity = entity->parent) {
        FairQueue& queue = queue_of(*entity);
        if (empty)
            queue.drop_current();
        else
            queue.put_current();
        empty = empty && queue.count() == 0;
    }
}

void FairClass::resume(Task& running)
{
    for (FairEntity* entity = &running.sched.fair; entity != nullptr; entity = entity->parent)
        queue_of(*entity).resume(*entity);
}

void FairClass::forget(Task& sleeper) { queue_of(sleeper.sched.fair).forget(sleeper.sched.fair); }

void FairClass::account(Task& running, u64 ran)
{
    for (FairEntity* entity = &running.sched.fair; entity != nullptr; entity = entity->parent)
        queue_of(*entity).account(ran);
}

bool FairClass::tick(Task& running)
{
    for (const FairEntity* entity = &running.sched.fair; entity != nullptr; entity = entity->parent)
        if (queue_of(*entity).turn_is_over())
            return true;
    return false;
}

bool FairClass::preempts(const Task& woken, const Task& running)
{
    if (woken.policy() == Policy::idle || running.policy() == Policy::idle)
        return woken.policy() != Policy::idle; // between two of them nobody is in a hurry
    if (woken.policy() == Policy::batch)
        return false;
    // The two compete in the first queue that both are below.
    const FairEntity* entity = &woken.sched.fair;
    while (entity != nullptr && queue_of(*entity).current() == nullptr)
        entity = entity->parent;
    return entity != nullptr && queue_of(*entity).current() != entity && queue_of(*entity).should_preempt(*entity);
}

} // namespace kernel::sched
