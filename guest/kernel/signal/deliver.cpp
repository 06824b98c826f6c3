#include "kernel/signal/deliver.hpp"

#include "arch/signal_frame.hpp"
#include "kernel/sched/schedule.hpp"
#include "kernel/signal/send.hpp"

#include <optional>
#include <utility>

namespace kernel::signal {
namespace {

using proc::processes;
using proc::ProcessTable;
using proc::Thread;

/// A signal that is to be handled.
struct Handled {
    Info info;
    Action action;
};

/// What is to be done next, decided with the process lock held and done without it.
struct Step {
    enum class Kind { nothing, handle, stop, end_thread, end_process };
    Kind kind = Kind::nothing;
    Handled handled{};
    u32 stop = 0; ///< Kind::stop: which
};

bool may_stop(ProcessTable& table, const Process& process, Signal signal)
{
    return signal == Signal::stop || !proc::is_orphaned_group(table, process.group, nullptr);
}

bool dumps_core(const Process& process, Signal signal)
{
    return default_action(signal) == DefaultAction::core && process.limits.get(Resource::core).soft != 0 &&
           process.dumpable;
}

Info take(Thread& thread, Signal signal)
{
    Pending& own = thread.signals.pending;
    return own.set().contains(signal) ? own.take(signal) : thread.process.signals.pending.take(signal);
}

/// What the default action makes necessary; nothing when that is nothing.
Step::Kind act_by_default(ProcessTable& table, Thread& thread, Signal signal)
{
    Process& process = thread.process;
    const bool forced = std::exchange(thread.is_forced, Signal::none) == signal;
    if (process.pid() == init_pid && !forced)
        return Step::Kind::nothing;
    switch (default_action(signal)) {
    case DefaultAction::ignore:
    case DefaultAction::resume: return Step::Kind::nothing;
    case DefaultAction::stop:
        if (may_stop(table, process, signal) && process.signals.stopping == Signal::none)
            process.signals.stopping = signal;
        for (Thread& other : process.threads)
            if (&other != &thread)
                sched::interrupt(other.task);
        return Step::Kind::nothing; // the next step sees it
    default: {
        constexpr i32 core_flag = 0x80;
        begin_exit(process, static_cast<i32>(signal) | (dumps_core(process, signal) ? core_flag : 0));
        return Step::Kind::end_process;
    }
    }
}

Step next_step(ProcessTable& table, Thread& thread)
{
    Process& process = thread.process;
    for (;;) {
        if (process.is_exiting)
            return {.kind = Step::Kind::end_process};
        if (process.sole_survivor != nullptr && process.sole_survivor != &thread)
            return {.kind = Step::Kind::end_thread};
        if (process.signals.stopping != Signal::none) {
            ++process.signals.stopped_threads;
            check_stop(process);
            return {.kind = Step::Kind::stop, .stop = process.signals.stops};
        }
        const SignalSet there = deliverable(thread);
        if (there.empty())
            return {};
        const Signal signal = first_of(there);
        const Info info = take(thread, signal);
        const Action action = process.signals.actions->get(signal);
        if (action.handler == Action::ignored)
            continue;
        if (action.is_handler()) {
            if ((action.flags & reset_handler) != 0)
                process.signals.actions->set(signal, {});
            return {.kind = Step::Kind::handle, .handled = {info, action}};
        }
        if (const Step::Kind kind = act_by_default(table, thread, signal); kind != Step::Kind::nothing)
            return {.kind = kind};
    }
}

void wait_until_continued(Process& process, u32 stop)
{
    process.stop_waits.wait([&] {
        return processes().with([&](ProcessTable&) {
            const Thread& thread = Thread::current();
            return process.signals.stops != stop || thread.signals.pending.set().contains(Signal::kill);
        });
    });
}

/// Stops as often as it must, and does not return if the thread has to end. What is to be handled, if anything.
std::optional<Handled> take_signal()
{
    Thread& thread = Thread::current();
    Process& process = thread.process;
    for (;;) {
        const Step step = processes().with([&](ProcessTable& table) {
            const Step next = next_step(table, thread);
            recalculate(thread);
            return next;
        });
        switch (step.kind) {
        case Step::Kind::nothing: return std::nullopt;
        case Step::Kind::handle: return step.handled;
        case Step::Kind::stop: wait_until_continued(process, step.stop); break;
        case Step::Kind::end_thread: proc::exit_thread(0);
        case Step::Kind::end_process: proc::end_with_process();
        }
    }
}

/// The interrupted system call, if there was one: fails, or is made once more.
void settle_system_call(arch::TrapFrame& frame, Restart& restart, const Action* handled)
{
    const auto error = static_cast<Errno>(std::exchange(restart.error, 0));
    if (error == Errno{})
        return;
    const bool fails = handled != nullptr && error != Errno::erestartnointr &&
                       (error != Errno::erestartsys || (handled->flags & ActionFlag::restart) == 0);
    constexpr u64 restart_syscall = 219;
    if (fails)
        arch::set_syscall_result(frame, -static_cast<i64>(Errno::eintr));
    else
        arch::repeat_syscall(frame, error == Errno::erestart_restartblock ? restart_syscall
                                                                          : arch::syscall_arguments(frame).number);
}

/// Where the frame of a handler goes.
Result<void> push_frame(arch::TrapFrame& frame, Thread& thread, const Handled& handled, SignalSet mask)
{
    const AlternateStack& stack = thread.signals.stack;
    const bool was_on_it = stack.is_in_use(frame.rsp);
    const bool enters_it = (handled.action.flags & on_alternate_stack) != 0 && stack.size != 0 && !was_on_it;
    const arch::SignalDelivery delivery{
        .signal = handled.info.signal,
        .handler = handled.action.handler,
        .restorer = handled.action.restorer,
        .stack_top = enters_it ? stack.address + stack.size : frame.rsp - arch::red_zone,
        .stack_bottom = enters_it || was_on_it ? stack.address : 0,
        .alternate = describe(stack, frame.rsp),
        .blocked = mask.bits,
        .info = std::as_bytes(std::span{&handled.info, 1}),
    };
    if ((handled.action.flags & has_restorer) == 0)
        return Errno::efault; // there is no other way back on x86-64
    TRY(arch::push_signal_frame(frame, thread.task.context, delivery, thread.fault));
    if ((stack.flags & AlternateStack::auto_disarm) != 0)
        thread.signals.stack = {};
    return {};
}

void enter_handler(arch::TrapFrame& frame, Thread& thread, const Handled& handled)
{
    ThreadSignals& signals = thread.signals;
    const SignalSet before = std::exchange(signals.restore_saved, false) ? signals.saved : signals.blocked;
    if (!push_frame(frame, thread, handled, before)) {
        // The handler cannot be run; for SIGSEGV itself there is none from now on.
        if (handled.info.number() == Signal::segv)
            processes().with([&](ProcessTable&) { thread.process.signals.actions->set(Signal::segv, {}); });
        return force(Info::from_kernel(Signal::segv));
    }
    SignalSet blocked = signals.blocked | handled.action.mask;
    if ((handled.action.flags & no_defer) == 0)
        blocked.add(handled.info.number());
    set_blocked(blocked);
}

} // namespace

arch::SignalStack describe(const AlternateStack& stack, u64 stack_pointer)
{
    if (stack.size == 0)
        return {0, static_cast<i32>(AlternateStack::disabled), 0, 0};
    const u32 flags = stack.flags | (stack.is_in_use(stack_pointer) ? AlternateStack::on_stack : 0);
    return {stack.address, static_cast<i32>(flags), 0, stack.size};
}

void set_blocked(SignalSet blocked)
{
    Thread& thread = Thread::current();
    processes().with([&](ProcessTable&) {
        thread.signals.blocked = blocked & ~unblockable;
        recalculate(thread);
    });
}

void interrupted(Errno error)
{
    Thread::current().signals.restart.error = static_cast<i32>(error);
    Task::current().set_signal_pending(true); // whether there is one or not: deliver() is to be called
}

void deliver(arch::TrapFrame& frame)
{
    Thread* const thread = Task::current().thread;
    if (thread == nullptr)
        return Task::current().set_signal_pending(false);
    const std::optional<Handled> handled = take_signal();
    settle_system_call(frame, thread->signals.restart, handled ? &handled->action : nullptr);
    if (handled)
        return enter_handler(frame, *thread, *handled);
    if (std::exchange(thread->signals.restore_saved, false))
        set_blocked(thread->signals.saved);
}

} // namespace kernel::signal
