#include "kernel/workqueue/workqueue.hpp"

#include "kernel/init/boot_step.hpp"
#include "kernel/sched/schedule.hpp"
#include "kernel/workqueue/pool.hpp"
#include "kernel/workqueue/progress.hpp"

#include <array>

namespace kernel {
namespace workqueue {
namespace {

std::array<Late<Pool>, arch::max_cpus + 1> pools;
Late<Progress> all_progress;
Late<Workqueue> system_bound;
Late<Workqueue> system_unbound;

void set_up()
{
    all_progress.construct();
    for (unsigned cpu = 0; cpu < arch::cpu_count(); ++cpu)
        pools[cpu].construct(cpu);
    pools[Pool::unbound].construct(Pool::unbound);
    system_bound.construct("events", Workqueue::Kind::bound);
    system_unbound.construct("events_unbound", Workqueue::Kind::unbound);
}

BOOT_STEP(workqueues, NEEDS("scheduler"), PROVIDES("workqueues"), set_up);

} // namespace

Pool& pool(unsigned cpu) { return *pools[cpu]; }
Progress& progress() { return *all_progress; }

} // namespace workqueue

using workqueue::Pool;
using workqueue::progress;
using workqueue::WorkerPool;

Workqueue& system_workqueue() { return *workqueue::system_bound; }
Workqueue& system_unbound_workqueue() { return *workqueue::system_unbound; }

bool Workqueue::queue(Work& work) { return queue_on(arch::cpu_id(), work); }

bool Workqueue::queue_on(unsigned cpu, Work& work)
{
    if (__atomic_exchange_n(&work.pending_, true, __ATOMIC_ACQ_REL))
        return false;
    insert(work, cpu);
    return true;
}

void Workqueue::insert(Work& work, unsigned cpu)
{
    static u64 instances = 0;
    work.queue_ = this;
    __atomic_store_n(&work.instance_, __atomic_add_fetch(&instances, 1, __ATOMIC_RELAXED), __ATOMIC_RELEASE);
    work.color_ = in_flight_.with([](InFlight& all) {
        ++all.count[all.color];
        return all.color;
    });
    Pool* target = &workqueue::pool(kind_ == Kind::bound ? cpu : Pool::unbound);
    // Where it runs right now it is queued again, so that it never runs twice at once.
    if (Pool* const last = work.pool_; last != nullptr && last != target &&
                                       last->state.with([&](const WorkerPool& state) { return state.executes(work); }))
        target = last;
    __atomic_store_n(&work.pool_, target, __ATOMIC_RELEASE);
    if (kind_ != Kind::ordered)
        return target->add(work);
    turn_.with([&](Turn& turn) {
        if (turn.taken) {
            work.place_ = Work::Place::waiting_for_turn;
            turn.waiting.push_back(work);
            return;
        }
        turn.taken = true;
        target->add(work);
    });
}

void Workqueue::pass_turn_on()
{
    turn_.with([&](Turn& turn) {
        turn.taken = !turn.waiting.empty();
        if (!turn.taken)
            return;
        Work& next = turn.waiting.front();
        turn.waiting.pop_front();
        next.pool_->add(next);
    });
}

void Workqueue::note_done(u8 color)
{
    if (kind_ == Kind::ordered)
        pass_turn_on();
    // Last of all: whoever waits for it may free the queue. So it is announced without a look at it.
    in_flight_.with([&](InFlight& all) { --all.count[color]; });
}

void Workqueue::flush()
{
    const Mutex::Guard flushing{flushing_};
    const u8 old = in_flight_.with([](InFlight& all) {
        all.color ^= 1;
        return static_cast<u8>(all.color ^ 1);
    });
    progress().wait([&] { return in_flight_.with([&](const InFlight& all) { return all.count[old] == 0; }); });
}

} // namespace kernel
