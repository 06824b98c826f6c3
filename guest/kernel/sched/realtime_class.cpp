#include "kernel/sched/realtime_class.hpp"

#include "kernel/trace/tracepoint.hpp"

#include <bit>
#include <new>

namespace kernel::sched {

unsigned RealtimeClass::level_of(const Task& task) { return highest_rt_priority - task.sched.rt_priority; }

RealtimeClass::Tasks& RealtimeClass::tasks_at(unsigned level)
{
    if (is_empty(level)) {
        new (&levels_[level].tasks) Tasks;
        waiting_[level / 64] |= u64{1} << level % 64;
    }
    return levels_[level].tasks;
}

void RealtimeClass::forget_if_empty(unsigned level)
{
    if (levels_[level].tasks.empty())
        waiting_[level / 64] &= ~(u64{1} << level % 64);
}

void RealtimeClass::insert(Task& task, bool first)
{
    Tasks& tasks = tasks_at(level_of(task));
    if (first)
        tasks.push_front(task.sched.realtime);
    else
        tasks.push_back(task.sched.realtime);
}

void RealtimeClass::enqueue(Task& task, Enqueue)
{
    task.sched.realtime.slice_left = round_robin_slice;
    insert(task, false);
}

void RealtimeClass::dequeue(Task& task)
{
    const unsigned level = level_of(task);
    levels_[level].tasks.erase(levels_[level].tasks.iterator_to(task.sched.realtime));
    forget_if_empty(level);
}

Task* RealtimeClass::pick_next()
{
    unsigned level = 0;
    if (waiting_[0] != 0)
        level = static_cast<unsigned>(std::countr_zero(waiting_[0]));
    else if (waiting_[1] != 0)
        level = 64 + static_cast<unsigned>(std::countr_zero(waiting_[1]));
    else
        return nullptr;
    Task& task = *levels_[level].tasks.front().task;
    levels_[level].tasks.pop_front();
    forget_if_empty(level);
    return &task;
}

void RealtimeClass::put_back(Task& running, Leave why)
{
    RealtimeEntity& entity = running.sched.realtime;
    const bool slice_over = running.policy() == Policy::round_robin && entity.slice_left == 0;
    if (slice_over)
        entity.slice_left = round_robin_slice;
    insert(running, !slice_over && why != Leave::yielding); // who is preempted by a more urgent one keeps its place
}

void RealtimeClass::account(Task& running, u64 ran)
{
    const bool was_throttled = bandwidth_.throttled();
    bandwidth_.account(ran);
    if (bandwidth_.throttled() && !was_throttled)
        trace::sched_throttle(running.pid(), "realtime");
    RealtimeEntity& entity = running.sched.realtime;
    if (running.policy() == Policy::round_robin)
        entity.slice_left = ran < entity.slice_left ? entity.slice_left - ran : 0;
}

bool RealtimeClass::tick(Task& running)
{
    RealtimeEntity& entity = running.sched.realtime;
    if (running.policy() != Policy::round_robin || entity.slice_left != 0)
        return false;
    if (!is_empty(level_of(running)))
        return true;
    entity.slice_left = round_robin_slice;
    return false;
}

bool RealtimeClass::preempts(const Task& woken, const Task& running)
{
    return woken.sched.rt_priority > running.sched.rt_priority;
}

unsigned RealtimeClass::highest_waiting() const
{
    if (waiting_[0] != 0)
        return highest_rt_priority - static_cast<unsigned>(std::countr_zero(waiting_[0]));
    if (waiting_[1] != 0)
        return highest_rt_priority - 64 - static_cast<unsigned>(std::countr_zero(waiting_[1]));
    return 0;
}

} // namespace kernel::sched
