#pragma once

#include "arch/cpu.hpp"
#include "kernel/sched/task.hpp"
#include "kernel/sync/spin_lock.hpp"
#include "kernel/time/timer_wheel.hpp"
#include "kernel/workqueue/worker_pool.hpp"
#include "lib/late.hpp"
#include "lib/locked.hpp"
#include "lib/result.hpp"

/// For the files of this folder. Lock order: a Workqueue's turn -> a pool's state -> run queues.
namespace kernel::workqueue {

/// The workers of one CPU, or those of none. The first is made when there is first something to do; one of a CPU that
/// is offline runs elsewhere.
struct Pool {
    static constexpr unsigned unbound = arch::max_cpus;

    explicit Pool(unsigned its_cpu) : cpu{its_cpu}, state{its_cpu != unbound}, retry{*this} {}

    /// Adds a work and sees that it is done.
    void add(Work& work);
    /// Wakes an idle worker, if one is needed. With `state` locked, which keeps the worker from going.
    static void wake_worker(WorkerPool& state);
    /// What its worker has to know of a work before it may be gone.
    static void read(const Work& work, void (*&function)(Work&), Workqueue*& queue, u8& color);
    /// One more worker, which begins by itself. ENOMEM.
    Result<void> start_worker();
    /// The same, where no worker is there to go on without: until there is memory for it.
    void start_first_worker();

    const unsigned cpu;
    Locked<WorkerPool, IrqSafe> state;
    unsigned workers_made = 0;  ///< for their names
    bool making_worker = false; ///< somebody does; under state's lock
    bool has_worker = false;    ///< under state's lock; stays: the last one never goes

    /// Tries again to make the first worker.
    struct Retry : time::WheelTimer {
        explicit Retry(Pool& its_pool) : WheelTimer{expired}, pool{its_pool} {}
        static void expired(time::WheelTimer& timer) { static_cast<Retry&>(timer).pool.start_first_worker(); }
        Pool& pool;
    };
    Retry retry;
};

/// That of a CPU, or Pool::unbound.
Pool& pool(unsigned cpu);

/// The scheduler's: a task that is a worker is about to sleep, or goes on. See Task::worker.
void note_sleep(Worker& worker);
void note_wake(Worker& worker);

} // namespace kernel::workqueue
