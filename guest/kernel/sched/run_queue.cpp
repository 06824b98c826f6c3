#include "kernel/sched/run_queue.hpp"

#include <algorithm>

namespace kernel::sched {

void RunQueue::update(u64 now)
{
    if (static_cast<i64>(now - now_) <= 0)
        return; // CPUs' clocks may be a hair apart
    const u64 ran = now - now_;
    now_ = now;
    if (is_idle())
        return;
    running_->sched.statistics.runtime += ran;
    statistics_.runtime += ran;
    class_of(*running_).account(*running_, ran);
}

void RunQueue::start_with(Task& idle)
{
    idle_.enqueue(idle, Enqueue::created);
    running_ = &idle;
}

void RunQueue::count_waiting(const Task& task, int change)
{
    waiting_ += static_cast<unsigned>(change);
    waiting_in_[static_cast<unsigned>(task.sched.class_id)] += static_cast<unsigned>(change);
}

bool RunQueue::should_preempt(const Task& woken)
{
    if (running_->sched.class_id == ClassId::realtime && woken.sched.class_id == ClassId::fair)
        return realtime_gives_way();
    if (woken.sched.class_id == ClassId::deadline && woken.sched.deadline.throttled)
        return false;
    if (woken.sched.class_id != running_->sched.class_id)
        return woken.sched.class_id < running_->sched.class_id;
    return class_of(woken).preempts(woken, *running_);
}

bool RunQueue::add(Task& task, Enqueue why)
{
    task.queued = Queued::yes;
    task.sched.statistics.waits_since = now_;
    class_of(task).enqueue(task, why);
    count_waiting(task, 1);
    return should_preempt(task);
}

void RunQueue::remove(Task& task)
{
    class_of(task).dequeue(task);
    count_waiting(task, -1);
    task.queued = Queued::moving;
    task.sched.statistics.wait_time += now_ - task.sched.statistics.waits_since;
}

Task& RunQueue::switch_tasks(Leave leave, bool must_leave)
{
    Task& previous = *running_;
    const bool runnable = leave != Leave::voluntarily || previous.state() == TaskState::running;
    ++statistics_.schedules;
    if (leave == Leave::yielding)
        ++statistics_.yields;
    if (previous.sched.class_id == ClassId::idle) {
        if (waiting_ == 0)
            return previous;
    } else if (!runnable || must_leave) {
        class_of(previous).leave(previous);
        previous.queued = Queued::no;
        if (runnable) {
            class_of(previous).forget(previous);
            previous.queued = Queued::moving;
        }
    } else {
        if (waiting_ == 0 && previous.sched.class_id != ClassId::deadline)
            return previous; // as it mostly is
        class_of(previous).put_back(previous, leave);
        count_waiting(previous, 1);
        previous.sched.statistics.waits_since = now_;
    }
    Task& next = pick_next();
    running_ = &next;
    if (&next != &previous) {
        ++statistics_.switches;
        ++(runnable ? previous.sched.statistics.involuntary : previous.sched.statistics.voluntary);
    }
    return next;
}

Task& RunQueue::pick_next()
{
    for (unsigned id = 0; id < static_cast<unsigned>(ClassId::idle); ++id) {
        if (waiting_in_[id] == 0 || (id == static_cast<unsigned>(ClassId::realtime) && realtime_gives_way()))
            continue;
        Task* const next = classes_[id]->pick_next();
        if (next == nullptr)
            continue; // all throttled
        count_waiting(*next, -1);
        TaskStatistics& statistics = next->sched.statistics;
        const u64 waited = now_ - statistics.waits_since;
        statistics.wait_time += waited;
        statistics_.wait_time += waited;
        ++statistics.runs;
        ++statistics_.turns;
        return *next;
    }
    ++statistics_.idles;
    return *idle_.pick_next();
}

bool RunQueue::tick()
{
    if (running_->sched.class_id == ClassId::realtime && realtime_gives_way())
        return true;
    return class_of(*running_).tick(*running_);
}

u64 RunQueue::next_event() const
{
    u64 next = deadline_.next_replenishment();
    if (running_->sched.class_id == ClassId::deadline)
        next = std::min(next, now_ + static_cast<u64>(std::max<i64>(running_->sched.deadline.left, 0)));
    if (realtime_.bandwidth().throttled())
        next = std::min(next, realtime_.bandwidth().period_end());
    return next;
}

bool RunQueue::on_event()
{
    deadline_.replenish();
    const bool realtime_may_run = realtime_.bandwidth().throttled() && realtime_.bandwidth().refresh();
    if (running_->sched.class_id == ClassId::deadline && deadline_.tick(*running_))
        return true;
    if (const Task* const first = deadline_.first(); first != nullptr && should_preempt(*first))
        return true;
    return realtime_may_run && waiting(ClassId::realtime) != 0 && running_->sched.class_id > ClassId::realtime;
}

void RunQueue::take_out(Task& task)
{
    if (running_ == &task) {
        class_of(task).leave(task);
        class_of(task).forget(task);
    } else if (task.queued == Queued::yes) {
        class_of(task).dequeue(task);
        count_waiting(task, -1);
    }
}

void RunQueue::put_in(Task& task, ClassId before)
{
    // What comes to the fair class from another begins with what everybody there has had.
    if (before != ClassId::fair)
        task.sched.fair.vruntime = task.queued == Queued::yes ? 0 : fair_.root().min_vruntime();
    if (running_ == &task) {
        class_of(task).resume(task);
    } else if (task.queued == Queued::yes) {
        class_of(task).enqueue(task, Enqueue::moved);
        count_waiting(task, 1);
    }
}

u64 RunQueue::slice_of(const Task& task) const
{
    switch (task.sched.class_id) {
    case ClassId::realtime: return task.policy() == Policy::round_robin ? RealtimeClass::round_robin_slice : 0;
    case ClassId::fair: return fair_.root().slice(task.sched.fair);
    default: return 0;
    }
}

} // namespace kernel::sched
