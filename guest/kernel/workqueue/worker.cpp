// What a worker does: kworker/N:M of CPU N, kworker/u:M of none.
#include "kernel/mm/heap.hpp"
#include "kernel/sched/schedule.hpp"
#include "kernel/time/timekeeping.hpp"
#include "kernel/time/timer_list.hpp"
#include "kernel/workqueue/pool.hpp"
#include "kernel/workqueue/progress.hpp"
#include "kernel/workqueue/workqueue.hpp"
#include "lib/format.hpp"

#include <utility>

namespace kernel::workqueue {

/// Idle workers that a pool keeps; those that have had to be made for a rush go again.
static constexpr unsigned max_idle = 3;

namespace {

constinit u32 workers = 0;

enum class Next { work, sleep, make_another, end };

/// Decides what the worker does next. A worker that goes to work leaves an idle one behind, for when it sleeps.
Next choose(Pool& pool, WorkerPool& state, Worker& worker, bool could_make)
{
    if (!state.needs_worker()) {
        if (!worker.idle && state.idle_count() >= max_idle)
            return Next::end;
        state.become_idle(worker);
        worker.task->set_state(TaskState::interruptible);
        return Next::sleep;
    }
    state.leave_idle(worker);
    if (could_make && !state.has_idle() && !pool.making_worker) {
        pool.making_worker = true;
        return Next::make_another;
    }
    state.become_busy(worker);
    return Next::work;
}

/// If there is memory for one.
void make_another(Pool& pool)
{
    if (!pool.start_worker())
        pool.state.with([&](WorkerPool&) { pool.making_worker = false; });
}

/// Does what there is to do, until others do.
void work(Pool& pool, Worker& worker)
{
    for (;;) {
        void (*function)(Work&) = nullptr;
        Workqueue* queue = nullptr;
        u8 color = 0;
        Work* const item = pool.state.with([&](WorkerPool& state) {
            Work* const next = state.begin(worker);
            if (next == nullptr) {
                state.leave_busy(worker);
            } else {
                Pool::read(*next, function, queue, color);
                if (pool.cpu == Pool::unbound)
                    Pool::wake_worker(state); // there is more
            }
            return next;
        });
        if (item == nullptr)
            return;
        function(*item); // which may free it
        pool.state.with([&](WorkerPool& state) { state.end(worker); });
        queue->note_done(color);
        progress().announce();
    }
}

void run_worker(void* argument)
{
    Worker& worker = *static_cast<Worker*>(argument);
    Pool& pool = *worker.pool;
    Task& task = Task::current();
    task.worker = &worker;
    bool could_make = true;
    for (;;) {
        const Next next = pool.state.with([&](WorkerPool& state) { return choose(pool, state, worker, could_make); });
        switch (next) {
        case Next::sleep: sched::schedule(); break;
        case Next::make_another:
            make_another(pool);
            could_make = false; // it is not among the idle before it has run: one a round is enough
            continue;
        case Next::work: work(pool, worker); break;
        case Next::end: {
            task.worker = nullptr;
            const Box<Worker> its_end{&worker};
            __atomic_sub_fetch(&workers, 1, __ATOMIC_RELAXED);
            return;
        }
        }
        could_make = true;
    }
}

} // namespace

void Pool::read(const Work& work, void (*&function)(Work&), Workqueue*& queue, u8& color)
{
    function = work.function_;
    queue = work.queue_;
    color = work.color_;
}

void Pool::wake_worker(WorkerPool& state)
{
    if (!state.needs_worker())
        return;
    if (Worker* const worker = state.take_idle())
        sched::wake(*worker->task);
}

void Pool::add(Work& work)
{
    const bool needs_first = state.with([&](WorkerPool& all) {
        all.add(work);
        wake_worker(all);
        return !has_worker && !std::exchange(making_worker, true);
    });
    if (needs_first) [[unlikely]]
        start_first_worker();
}

void Pool::start_first_worker()
{
    if (!start_worker())
        time::mod_timer(retry, time::jiffies() + 1);
}

Result<void> Pool::start_worker()
{
    Box<Worker> worker = TRY(make_box<Worker>());
    worker->pool = this;
    worker->number = __atomic_fetch_add(&workers_made, 1, __ATOMIC_RELAXED);
    FormatBuffer<16> name;
    if (cpu == unbound)
        format_to(name, "kworker/u:{}", worker->number);
    else
        format_to(name, "kworker/{}:{}", cpu, worker->number);
    worker->task =
        TRY(sched::create_task(name.view(), run_worker, worker.get(), cpu == unbound ? all_cpus : CpuMask{1} << cpu));
    // Under the lock that it takes first, or it might be gone again before wake() returns.
    worker->task->is_standing = true;
    __atomic_add_fetch(&workers, 1, __ATOMIC_RELAXED);
    state.with([&](WorkerPool&) {
        has_worker = true;
        making_worker = false; // before it runs: it may have to make the next one
        sched::wake(*worker.release()->task);
    });
    return {};
}

void note_sleep(Worker& worker)
{
    worker.pool->state.with([&](WorkerPool& state) {
        if (state.note_sleep(worker))
            Pool::wake_worker(state);
    });
}

void note_wake(Worker& worker)
{
    worker.pool->state.with([&](WorkerPool& state) { state.note_wake(worker); });
}

} // namespace kernel::workqueue

namespace kernel {

WorkerCount worker_count()
{
    return {__atomic_load_n(&workqueue::workers, __ATOMIC_RELAXED), sizeof(workqueue::Worker)};
}

} // namespace kernel
