#include "kernel/sync/rcu.hpp"

#include "arch/cpu.hpp"
#include "arch/preempt.hpp"
#include "kernel/init/boot_step.hpp"
#include "kernel/irq/softirq.hpp"
#include "kernel/sync/completion.hpp"
#include "kernel/sync/spin_lock.hpp"
#include "kernel/time/timekeeping.hpp"
#include "kernel/time/timer.hpp"
#include "lib/late.hpp"
#include "lib/locked.hpp"

#include <utility>

namespace kernel::rcu {

constinit GracePeriod detail::grace_period;

namespace {

/// Callbacks, first in, first out.
class Queue {
public:
    bool empty() const { return first_ == nullptr; }
    void append(Head& head)
    {
        head.next = nullptr;
        (first_ == nullptr ? first_ : last_->next) = &head;
        last_ = &head;
    }
    void append(Queue& other)
    {
        if (other.empty())
            return;
        (first_ == nullptr ? first_ : last_->next) = other.first_;
        last_ = other.last_;
        other.first_ = nullptr;
    }
    Head* take_all() { return std::exchange(first_, nullptr); }

private:
    Head* first_ = nullptr;
    Head* last_ = nullptr; ///< meaningful where there is a first
};

/// One queue for all CPUs: what has been handed over first is called first, wherever that was, which is all that
/// barrier() needs. Lock order: innermost but for the timers' locks.
struct State {
    Queue next;    ///< for the grace period after the one in progress
    Queue waiting; ///< for the one in progress
    Queue done;    ///< to be called
    bool in_progress = false;
    bool calling = false; ///< a CPU is calling what is done
    u64 completed = 0;
    unsigned prods = 0; ///< how often CPUs have been interrupted for this grace period
};
constinit Locked<State, IrqSafe> shared;

void prod(time::HighResolutionTimer&);
Late<time::HighResolutionTimer> prod_timer;

u32 this_cpu_bit() { return 1U << arch::cpu_id(); }

/// Begins grace periods as long as there is something to wait for and they end at once. True: there is something to
/// call.
bool begin(State& state)
{
    while (!state.in_progress && !state.next.empty()) {
        state.waiting.append(state.next);
        state.in_progress = true;
        state.prods = 0;
        if (!detail::grace_period.begin(arch::online_cpus())) {
            time::start_after(*prod_timer, time::tick_nanoseconds);
            break;
        }
        state.in_progress = false;
        ++state.completed;
        state.done.append(state.waiting);
    }
    return !state.done.empty();
}

/// By the CPU whose report was the last. Interrupts masked.
void end()
{
    const bool work = shared.with([](State& state) {
        state.in_progress = false;
        ++state.completed;
        state.done.append(state.waiting);
        return begin(state);
    });
    if (work)
        softirq::raise(softirq::Vector::rcu);
}

void report(u32 cpus)
{
    if (detail::grace_period.report(cpus))
        end();
}

/// A tick has passed and the grace period has not: interrupts the CPUs it waits for. Where the interrupt finds a reader
/// or a lock's holder time after time, the CPU is made to switch as soon as it may.
void prod(time::HighResolutionTimer& timer)
{
    constexpr unsigned patience = 2;
    report(detail::grace_period.idle() | ~arch::online_cpus());
    const unsigned prods = shared.with([&](State& state) {
        if (state.in_progress)
            time::start_after(timer, time::tick_nanoseconds);
        return state.prods++;
    });
    for (u32 left = detail::grace_period.pending() & ~this_cpu_bit(); left != 0; left &= left - 1) {
        const auto cpu = static_cast<unsigned>(__builtin_ctz(left));
        if (prods >= patience)
            arch::set_need_resched(cpu);
        arch::send_reschedule(cpu);
    }
    if (prods >= patience && (detail::grace_period.pending() & this_cpu_bit()) != 0)
        arch::set_need_resched(arch::cpu_id());
}

void call_done()
{
    bool calls = shared.with([](State& state) { return !std::exchange(state.calling, true); });
    while (calls) {
        Head* head = shared.with([&](State& state) {
            Head* const first = state.done.take_all();
            calls = state.calling = first != nullptr;
            return first;
        });
        while (head != nullptr) {
            Head* const next = head->next; // the function may free it
            head->function(*head);
            head = next;
        }
    }
}

void set_up_rcu()
{
    prod_timer.construct(prod);
    softirq::open(softirq::Vector::rcu, call_done);
}

BOOT_STEP(rcu, NEEDS("timers"), PROVIDES("rcu"), set_up_rcu);

struct Waiting : Head {
    Completion completion;
};

} // namespace

void detail::report_quiescent()
{
    if ((grace_period.pending() & this_cpu_bit()) != 0)
        report(this_cpu_bit());
}

void call(Head& head, void (*function)(Head&))
{
    head.function = function;
    const bool work = shared.with([&](State& state) {
        state.next.append(head);
        return begin(state);
    });
    if (work)
        softirq::raise(softirq::Vector::rcu);
}

void synchronize()
{
    Waiting waiting;
    call(waiting, [](Head& head) { static_cast<Waiting&>(head).completion.complete(); });
    waiting.completion.wait();
}

/// The queue is first in, first out, and one CPU at a time calls.
void barrier() { synchronize(); }

u64 completed()
{
    return shared.with([](const State& state) { return state.completed; });
}

void enter_idle()
{
    if (detail::grace_period.enter_idle(this_cpu_bit()))
        end();
}

void exit_idle() { detail::grace_period.exit_idle(this_cpu_bit()); }

void enter_interrupt()
{
    if (detail::grace_period.is_idle(this_cpu_bit())) [[unlikely]]
        exit_idle();
}

} // namespace kernel::rcu
