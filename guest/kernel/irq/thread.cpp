// Threads of interrupts: irq/N-NAME. Linux's irq_thread().
#include "kernel/irq/descriptor.hpp"
#include "kernel/sched/parameters.hpp"
#include "lib/format.hpp"

#include <utility>

namespace kernel::irq {
namespace {

/// As Linux's: ahead of all ordinary tasks, and in the middle of those that have real-time priorities.
constexpr sched::Parameters thread_parameters{.policy = sched::Policy::fifo, .rt_priority = 50};

void note_done(Descriptor& descriptor)
{
    if (__atomic_sub_fetch(&descriptor.active_threads, 1, __ATOMIC_SEQ_CST) == 0)
        descriptor.idle.wake_up_all();
}

void run(Descriptor& descriptor, Action& action)
{
    for (;;) {
        action.thread_queue.wait([&] {
            return __atomic_load_n(&action.thread_wanted, __ATOMIC_SEQ_CST) ||
                   __atomic_load_n(&action.thread_ends, __ATOMIC_SEQ_CST);
        });
        if (!__atomic_exchange_n(&action.thread_wanted, false, __ATOMIC_SEQ_CST))
            return; // to end, and nothing left to do
        action.thread_handler(descriptor.irq, action.device);
        if (action.flags.oneshot)
            finish_oneshot(descriptor, action);
        note_done(descriptor);
    }
}

void thread_main(void* argument)
{
    Action& action = *static_cast<Action*>(argument);
    Descriptor& descriptor = *find(action.irq);
    run(descriptor, action);
    __atomic_store_n(&action.thread_ended, true, __ATOMIC_SEQ_CST); // from here on the action may be gone
    descriptor.idle.wake_up_all();
}

} // namespace

Result<void> start_thread(Descriptor& descriptor, Action& action)
{
    FormatBuffer<16> name;
    format_to(name, "irq/{}-{}", descriptor.irq, action.name);
    action.thread = TRY(sched::create_task(name.view(), thread_main, &action));
    static_cast<void>(sched::set_parameters(*action.thread, thread_parameters)); // they are valid
    sched::wake(*action.thread);
    return {};
}

void wake_thread(Descriptor& descriptor, Action& action)
{
    if (action.thread == nullptr)
        return;
    if (action.flags.oneshot)
        descriptor.state.with([&](State& state) { state.oneshot_threads |= action.thread_bit; });
    __atomic_add_fetch(&descriptor.active_threads, 1, __ATOMIC_SEQ_CST);
    if (__atomic_exchange_n(&action.thread_wanted, true, __ATOMIC_SEQ_CST))
        return note_done(descriptor); // it has not begun with what it was woken for
    action.thread_queue.wake_up();
}

void stop_thread(Descriptor& descriptor, Action& action)
{
    __atomic_store_n(&action.thread_ends, true, __ATOMIC_SEQ_CST);
    action.thread_queue.wake_up_all();
    descriptor.idle.wait([&] { return __atomic_load_n(&action.thread_ended, __ATOMIC_SEQ_CST); });
}

} // namespace kernel::irq
