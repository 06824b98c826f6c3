#pragma once

#include "kernel/sched/deadline_class.hpp"
#include "kernel/sched/fair_class.hpp"
#include "kernel/sched/idle_class.hpp"
#include "kernel/sched/queue_statistics.hpp"
#include "kernel/sched/realtime_class.hpp"
#include "kernel/sched/stop_class.hpp"

namespace kernel::sched {

/// One CPU's runnable tasks: the one that runs, and those that wait, by class. Not locked: its CPU's lock is.
///
/// Its clock stands still between two calls of update(): whoever has locked the queue to change it calls that first.
class RunQueue {
public:
    RunQueue() = default;
    RunQueue(const RunQueue&) = delete;
    RunQueue& operator=(const RunQueue&) = delete;

    /// It is `now`; the running task has run until now.
    void update(u64 now);
    u64 now() const { return now_; }

    Task* running() const { return running_; }
    /// The task that booted this CPU.
    void start_with(Task& idle);

    /// Tasks that want the CPU, the idle task not among them.
    unsigned load() const { return waiting_ + (is_idle() ? 0 : 1); }
    bool is_idle() const { return running_ == nullptr || running_->sched.class_id == ClassId::idle; }
    /// Tasks that the running one must share with.
    unsigned waiting() const { return waiting_; }
    unsigned waiting(ClassId id) const { return waiting_in_[static_cast<unsigned>(id)]; }

    /// Adds a task that is neither waiting nor running here or elsewhere. True: it should run before the running one.
    bool add(Task& task, Enqueue why);
    /// Takes out a task that waits here; it is on its way from now on.
    void remove(Task& task);
    /// A task that slept is claimed: it was this queue's, and will be put into this one or another.
    void forget(Task& sleeper) { class_of(sleeper).forget(sleeper); }

    /// Decides what runs next and makes it the running task: the same again, when nothing else waits. A running task
    /// that `must_leave` is not to run here any more: if it does not sleep, it is on its way to another queue.
    Task& switch_tasks(Leave leave, bool must_leave = false);

    /// Now and then. True: switch_tasks() should bring another.
    bool tick();
    /// Does what is due, see next_event(). True: switch_tasks() should bring another.
    bool on_event();
    /// When on_event() is to be called, by this queue's clock; `never` mostly.
    u64 next_event() const;
    static constexpr u64 never = DeadlineClass::never;

    /// Calls `apply` to change the task's class or what its class goes by, wherever on this queue it is, and if it
    /// sleeps. True: the task that runs should be chosen anew.
    template <typename Apply>
    bool change(Task& task, Apply&& apply)
    {
        const ClassId before = task.sched.class_id;
        take_out(task);
        apply();
        put_in(task, before);
        return task.queued == Queued::yes;
    }

    /// The most urgent waiting task that `accepts(task)`; or null.
    template <typename Accepts>
    Task* find_waiting(Accepts&& accepts)
    {
        Task* found = waiting(ClassId::deadline) == 0 ? nullptr : deadline_.find(accepts);
        if (found == nullptr && waiting(ClassId::realtime) != 0)
            found = realtime_.find(accepts);
        if (found == nullptr && waiting(ClassId::fair) != 0)
            found = fair_.find(accepts);
        return found;
    }

    /// The same among real-time tasks only.
    template <typename Accepts>
    Task* find_waiting_realtime(Accepts&& accepts)
    {
        return waiting(ClassId::realtime) == 0 ? nullptr : realtime_.find(accepts);
    }
    /// The priority of the most urgent real-time task that waits; 0: none.
    unsigned waiting_priority() const { return waiting(ClassId::realtime) == 0 ? 0 : realtime_.highest_waiting(); }

    const FairQueue& fair() const { return fair_.root(); }
    u64 slice_of(const Task& task) const;
    QueueStatistics& statistics() { return statistics_; }

private:
    SchedulerClass& class_of(const Task& task) { return *classes_[static_cast<unsigned>(task.sched.class_id)]; }
    void count_waiting(const Task& task, int change);
    bool should_preempt(const Task& woken);
    /// Real-time tasks have had their time, and there are fair ones.
    bool realtime_gives_way() const { return realtime_.bandwidth().throttled() && waiting(ClassId::fair) != 0; }
    Task& pick_next();
    void take_out(Task& task);
    void put_in(Task& task, ClassId before);

    u64 now_ = 0;
    StopClass stop_;
    DeadlineClass deadline_{now_};
    RealtimeClass realtime_{now_};
    FairClass fair_;
    IdleClass idle_;
    SchedulerClass* const classes_[static_cast<unsigned>(ClassId::count)] = {&stop_, &deadline_, &realtime_, &fair_,
                                                                             &idle_};
    Task* running_ = nullptr;
    unsigned waiting_ = 0; ///< idle task not counted
    unsigned waiting_in_[static_cast<unsigned>(ClassId::count)] = {};
    QueueStatistics statistics_;
};

} // namespace kernel::sched
