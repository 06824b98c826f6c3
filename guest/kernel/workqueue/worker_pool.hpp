#pragma once

#include "kernel/workqueue/work.hpp"

namespace kernel {
class Task;
}

namespace kernel::workqueue {

/// One thread of a pool.
struct Worker {
    Pool* pool = nullptr;
    Task* task = nullptr;
    unsigned number = 0;

    // The pool's lock protects the rest.
    ListHook hook; ///< among the idle or the busy
    bool idle = false;
    bool busy = false;
    bool sleeping = false;   ///< in its work: does not count as running
    Work* current = nullptr; ///< may be gone already: for comparison only
    u64 current_instance = 0;
    List<Work, &Work::hook_> own; ///< to be done next, by this worker: what was queued again while it ran
};

/// What is to be done, and who does it: how many workers a pool needs at a moment. A pool of one CPU keeps one worker
/// running: when it sleeps, another takes over, so that no work waits for another's sleep, and none competes for the
/// CPU without need (Linux's "concurrency managed" workqueues). Of an unbound pool as many run as there is work. Not
/// locked: its Pool is.
class WorkerPool {
public:
    explicit WorkerPool(bool bound) : bound_{bound} {}

    void add(Work& work);
    /// Takes a work out that has not begun. False: it is not here.
    bool remove(Work& work);

    /// Somebody idle should get up.
    bool needs_worker() const { return !works_.empty() && (!bound_ || running_ == 0); }
    /// An idle worker, no longer idle: to be woken. Null: there is none.
    Worker* take_idle();
    bool has_idle() const { return !idle_.empty(); }
    unsigned idle_count() const { return idle_count_; }
    void become_idle(Worker& worker);
    void leave_idle(Worker& worker);

    void become_busy(Worker& worker);
    void leave_busy(Worker& worker);
    /// The next work for a busy worker; null: enough others run, or nothing is left. It is not pending any more.
    Work* begin(Worker& worker);
    void end(Worker& worker);

    /// A busy worker's task goes to sleep in its work, and has woken up. The former says whether another should get up.
    bool note_sleep(Worker& worker);
    void note_wake(Worker& worker);

    /// Whether a worker is doing it.
    bool executes(const Work& work) const { return worker_of(work) != nullptr; }
    bool executes_instance(u64 instance) const;

private:
    Worker* worker_of(const Work& work) const;
    Work* next(Worker& worker);

    const bool bound_;
    unsigned running_ = 0; ///< busy workers that do not sleep; of bound pools
    unsigned idle_count_ = 0;
    List<Work, &Work::hook_> works_;
    mutable List<Worker, &Worker::hook> idle_;
    mutable List<Worker, &Worker::hook> busy_;
};

} // namespace kernel::workqueue
