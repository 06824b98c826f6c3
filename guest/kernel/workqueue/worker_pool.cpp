#include "kernel/workqueue/worker_pool.hpp"

namespace kernel::workqueue {

void WorkerPool::add(Work& work)
{
    work.place_ = Work::Place::in_pool;
    works_.push_back(work);
}

bool WorkerPool::remove(Work& work)
{
    if (work.place_ != Work::Place::in_pool)
        return false;
    work.place_ = Work::Place::nowhere;
    works_.erase(works_.iterator_to(work)); // or out of a worker's own list: unlinking needs no list
    return true;
}

Worker* WorkerPool::take_idle()
{
    if (idle_.empty())
        return nullptr;
    Worker& worker = idle_.back(); // whose caches are the warmest
    leave_idle(worker);
    return &worker;
}

void WorkerPool::become_idle(Worker& worker)
{
    if (worker.idle)
        return;
    worker.idle = true;
    idle_.push_back(worker);
    ++idle_count_;
}

void WorkerPool::leave_idle(Worker& worker)
{
    if (!worker.idle)
        return;
    worker.idle = false;
    idle_.erase(idle_.iterator_to(worker));
    --idle_count_;
}

void WorkerPool::become_busy(Worker& worker)
{
    leave_idle(worker);
    worker.busy = true;
    busy_.push_back(worker);
    ++running_;
}

void WorkerPool::leave_busy(Worker& worker)
{
    worker.busy = false;
    busy_.erase(busy_.iterator_to(worker));
    --running_;
}

Worker* WorkerPool::worker_of(const Work& work) const
{
    for (Worker& worker : busy_)
        if (worker.current == &work)
            return &worker;
    return nullptr;
}

bool WorkerPool::executes_instance(u64 instance) const
{
    for (const Worker& worker : busy_)
        if (worker.current != nullptr && worker.current_instance == instance)
            return true;
    return false;
}

Work* WorkerPool::next(Worker& worker)
{
    if (!worker.own.empty()) {
        Work& work = worker.own.front();
        worker.own.pop_front();
        return &work;
    }
    while (!works_.empty() && (!bound_ || running_ <= 1)) {
        Work& work = works_.front();
        works_.pop_front();
        Worker* const runs_it = worker_of(work);
        if (runs_it == nullptr)
            return &work;
        runs_it->own.push_back(work); // it was queued again while that one runs it
    }
    return nullptr;
}

Work* WorkerPool::begin(Worker& worker)
{
    Work* const work = next(worker);
    if (work == nullptr)
        return nullptr;
    work->place_ = Work::Place::nowhere;
    worker.current = work;
    worker.current_instance = work->instance_;
    __atomic_store_n(&work->pending_, false, __ATOMIC_RELEASE);
    return work;
}

void WorkerPool::end(Worker& worker) { worker.current = nullptr; }

bool WorkerPool::note_sleep(Worker& worker)
{
    if (!bound_ || worker.current == nullptr || worker.sleeping)
        return false;
    worker.sleeping = true;
    --running_;
    return needs_worker();
}

void WorkerPool::note_wake(Worker& worker)
{
    if (!worker.sleeping)
        return;
    worker.sleeping = false;
    ++running_;
}

} // namespace kernel::workqueue
