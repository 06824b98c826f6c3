#include "kernel/sched/deadline_class.hpp"

#include "kernel/trace/tracepoint.hpp"

namespace kernel::sched {
namespace {

/// Whether what is left of the runtime is more than its share of the time to the deadline: to keep the deadline then
/// would take time from others.
bool asks_too_much(const DeadlineEntity& entity, u64 now)
{
    // In microseconds, so that products of times up to an hour fit.
    return static_cast<u64>(entity.left) / microsecond * (entity.parameters.deadline / microsecond) >
           (entity.deadline - now) / microsecond * (entity.parameters.runtime / microsecond);
}

} // namespace

void DeadlineClass::begin_period(DeadlineEntity& entity) const
{
    entity.deadline = now_ + entity.parameters.deadline;
    entity.left = static_cast<i64>(entity.parameters.runtime);
    trace::sched_replenish(entity.task->pid(), entity.deadline);
}

void DeadlineClass::insert(DeadlineEntity& entity)
{
    entity.throttled = entity.left <= 0;
    if (entity.throttled && entity.next_period() <= now_) {
        begin_period(entity);
        entity.throttled = false;
    }
    if (entity.throttled) {
        throttled_.insert(entity);
        trace::sched_throttle(entity.task->pid(), "deadline");
    } else {
        ready_.insert(entity);
    }
}

void DeadlineClass::enqueue(Task& task, Enqueue why)
{
    DeadlineEntity& entity = task.sched.deadline;
    const bool is_over = why == Enqueue::created || entity.next_period() <= now_;
    const bool is_late = entity.deadline <= now_; // and its next period is still to begin
    if (is_over || (!is_late && why == Enqueue::wakeup && entity.left > 0 && asks_too_much(entity, now_)))
        begin_period(entity);
    else if (is_late)
        entity.left = 0;
    insert(entity);
}

void DeadlineClass::dequeue(Task& task)
{
    DeadlineEntity& entity = task.sched.deadline;
    if (entity.throttled)
        throttled_.erase(throttled_.iterator_to(entity));
    else
        ready_.erase(ready_.iterator_to(entity));
    entity.throttled = false;
}

Task* DeadlineClass::pick_next()
{
    if (ready_.empty())
        return nullptr;
    DeadlineEntity& entity = *ready_.begin();
    ready_.erase(ready_.begin());
    return entity.task;
}

void DeadlineClass::put_back(Task& running, Leave why)
{
    DeadlineEntity& entity = running.sched.deadline;
    if (why == Leave::yielding)
        entity.left = 0; // sched_yield(2): done for this period
    insert(entity);
}

void DeadlineClass::resume(Task& running)
{
    DeadlineEntity& entity = running.sched.deadline;
    if (entity.deadline <= now_)
        begin_period(entity);
}

void DeadlineClass::account(Task& running, u64 ran) { running.sched.deadline.left -= static_cast<i64>(ran); }

bool DeadlineClass::preempts(const Task& woken, const Task& running)
{
    return !woken.sched.deadline.throttled && woken.sched.deadline.deadline < running.sched.deadline.deadline;
}

void DeadlineClass::replenish()
{
    while (!throttled_.empty() && throttled_.begin()->next_period() <= now_) {
        DeadlineEntity& entity = *throttled_.begin();
        throttled_.erase(throttled_.begin());
        // What it overran is taken from the next period's runtime.
        entity.deadline += entity.parameters.period;
        entity.left += static_cast<i64>(entity.parameters.runtime);
        if (entity.deadline <= now_)
            begin_period(entity); // it has fallen behind by whole periods
        else
            trace::sched_replenish(entity.task->pid(), entity.deadline);
        insert(entity);
    }
}

u64 DeadlineClass::next_replenishment() const { return throttled_.empty() ? never : throttled_.begin()->next_period(); }

} // namespace kernel::sched
