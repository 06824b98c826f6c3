// Waiting for work, and taking it back.
#include "arch/cpu.hpp"
#include "kernel/sched/schedule.hpp"
#include "kernel/sync/preempt.hpp"
#include "kernel/time/timer_list.hpp"
#include "kernel/workqueue/pool.hpp"
#include "kernel/workqueue/progress.hpp"
#include "kernel/workqueue/workqueue.hpp"

namespace kernel {

using workqueue::Pool;
using workqueue::progress;
using workqueue::WorkerPool;

class WorkFlush {
public:
    static void flush(const Work& work)
    {
        const u64 instance = __atomic_load_n(&work.instance_, __ATOMIC_ACQUIRE);
        progress().wait([&] { return is_done(work, instance); });
    }

    /// Makes the caller the owner of the work, which is not going to run. Whether it was pending.
    static bool grab(Work& work, time::WheelTimer* timer)
    {
        while (__atomic_exchange_n(&work.pending_, true, __ATOMIC_ACQ_REL)) {
            if ((timer != nullptr && time::timer_delete(*timer)) || take_out(work))
                return true;
            // It is on its way from one place to the next, or somebody else cancels it.
            if (in_atomic())
                arch::relax();
            else
                sched::yield();
        }
        return false;
    }

    static bool cancel(Work& work, time::WheelTimer* timer)
    {
        const bool was_pending = grab(work, timer);
        if (timer != nullptr)
            time::timer_delete_sync(*timer); // its function may still be on its way out
        progress().wait([&] { return !is_executing(work); });
        __atomic_store_n(&work.pending_, false, __ATOMIC_RELEASE);
        return was_pending;
    }

    static time::WheelTimer* timer_of(DelayedWork& work) { return &work; }

private:
    static bool is_executing(const Work& work)
    {
        Pool* const pool = __atomic_load_n(&work.pool_, __ATOMIC_ACQUIRE);
        return pool != nullptr && pool->state.with([&](const WorkerPool& state) { return state.executes(work); });
    }

    /// A work that begins is not pending any more only once its pool knows that it is executed.
    static bool is_done(const Work& work, u64 instance)
    {
        if (work.is_pending() && __atomic_load_n(&work.instance_, __ATOMIC_ACQUIRE) == instance)
            return false;
        Pool* const pool = __atomic_load_n(&work.pool_, __ATOMIC_ACQUIRE);
        return pool == nullptr ||
               !pool->state.with([&](const WorkerPool& state) { return state.executes_instance(instance); });
    }

    /// Out of the queue that it waits in. False: it is in none.
    static bool take_out(Work& work)
    {
        Workqueue* const queue = work.queue_;
        Pool* const pool = __atomic_load_n(&work.pool_, __ATOMIC_ACQUIRE);
        if (queue == nullptr || pool == nullptr)
            return false;
        const u8 color = work.color_;
        const bool waited = queue->turn_.with([&](Workqueue::Turn& turn) {
            if (work.place_ != Work::Place::waiting_for_turn)
                return false;
            work.place_ = Work::Place::nowhere;
            turn.waiting.erase(turn.waiting.iterator_to(work));
            return true;
        });
        if (waited) {
            queue->in_flight_.with([&](Workqueue::InFlight& all) { --all.count[color]; });
        } else {
            if (!pool->state.with([&](WorkerPool& state) { return state.remove(work); }))
                return false;
            queue->note_done(color);
        }
        progress().announce();
        return true;
    }
};

void flush_work(Work& work) { WorkFlush::flush(work); }
bool cancel_work_sync(Work& work) { return WorkFlush::cancel(work, nullptr); }
bool cancel_delayed_work_sync(DelayedWork& work) { return WorkFlush::cancel(work, WorkFlush::timer_of(work)); }

bool Workqueue::modify_delayed(DelayedWork& work, u64 nanoseconds)
{
    const bool was_pending = WorkFlush::grab(work, WorkFlush::timer_of(work));
    start_delay(work, nanoseconds);
    return was_pending;
}

} // namespace kernel
