#pragma once

#include "kernel/mm/heap.hpp"
#include "kernel/sync/mutex.hpp"
#include "kernel/sync/spin_lock.hpp"
#include "kernel/time/timer_wheel.hpp"
#include "kernel/workqueue/work.hpp"
#include "lib/locked.hpp"
#include "lib/result.hpp"

#include <string_view>

namespace kernel {

/// Work that is done when some time has passed.
class DelayedWork : public Work, private time::WheelTimer {
public:
    explicit DelayedWork(void (*function)(Work&)) : Work{function}, WheelTimer{expired} {}

private:
    friend class Workqueue;
    friend class WorkFlush;
    static void expired(time::WheelTimer& timer);

    unsigned cpu_ = 0;
};

/// Who does work, and where. Queues share the workers: a queue of one's own is for what is to be flushed together, or
/// done in order.
class Workqueue {
public:
    enum class Kind : u8 {
        bound,   ///< by the CPU that queues it; one that does not sleep holds up what is behind it there
        unbound, ///< on any CPU, as many at once as there are
        ordered  ///< on any CPU, one after the other
    };

    Workqueue(std::string_view name, Kind kind) : name_{name}, kind_{kind} {}
    /// Nothing may be queued any more; what is, is done first. May sleep.
    ~Workqueue() { flush(); }
    Workqueue(const Workqueue&) = delete;
    Workqueue& operator=(const Workqueue&) = delete;

    std::string_view name() const { return name_; }

    /// False: it is pending already. Any context but NMIs.
    bool queue(Work& work);
    /// Of a bound queue: by that CPU's workers.
    bool queue_on(unsigned cpu, Work& work);
    /// After so long, or a tick later.
    bool queue_delayed(DelayedWork& work, u64 nanoseconds);
    /// The same; one that is pending waits so long from now. Whether it was. Not in hard interrupts.
    bool modify_delayed(DelayedWork& work, u64 nanoseconds);

    /// Waits until all that was queued before is done. May sleep.
    void flush();

    /// The work's worker has done with it, or it was cancelled: it is not looked at any more.
    void note_done(u8 color);

private:
    friend class DelayedWork;
    friend class WorkFlush;

    /// What is on its way, in two colours: a flush changes the colour for what comes after, and waits for the old one.
    struct InFlight {
        u8 color = 0;
        u32 count[2] = {};
    };
    /// Of an ordered queue.
    struct Turn {
        bool taken = false;
        List<Work, &Work::hook_> waiting;
    };

    /// With work.pending_ set.
    void insert(Work& work, unsigned cpu);
    void start_delay(DelayedWork& work, u64 nanoseconds);
    void pass_turn_on();

    const std::string_view name_;
    const Kind kind_;
    Locked<InFlight, IrqSafe> in_flight_;
    Locked<Turn, IrqSafe> turn_;
    Mutex flushing_;
};

/// Workers, besides their tasks: so many, of so many bytes.
struct WorkerCount {
    u32 workers;
    std::size_t worker_size;
};
WorkerCount worker_count();

/// For what is short and sleeps rarely; for all else.
Workqueue& system_workqueue();
Workqueue& system_unbound_workqueue();
inline bool schedule_work(Work& work) { return system_workqueue().queue(work); }

/// Waits until the work, as it was queued last, is done. May sleep.
void flush_work(Work& work);
/// When it returns, the work is neither pending nor running, even if it queues itself. Whether it was pending. May
/// sleep; not from the work itself.
bool cancel_work_sync(Work& work);
bool cancel_delayed_work_sync(DelayedWork& work);

} // namespace kernel
