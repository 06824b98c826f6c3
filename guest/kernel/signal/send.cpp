#include "kernel/signal/send.hpp"

#include "kernel/sched/schedule.hpp"
#include "kernel/sched/usage.hpp"
#include "kernel/time/timekeeping.hpp"

namespace kernel::signal {
namespace {

using proc::processes;
using proc::ProcessTable;
using proc::Thread;

/// Blocked, now or but for sigtimedwait(2): whether it will be ignored is known when it is taken.
bool is_blocked(const Thread& thread, Signal signal)
{
    return thread.signals.blocked.contains(signal) || thread.signals.awaited.contains(signal);
}

/// Init takes only what it has a handler for: by the rest it cannot be hurt.
bool is_lost_on_init(const Process& process, Signal signal)
{
    return process.pid() == init_pid && process.signals.actions->get(signal).handler == Action::by_default;
}

bool is_ignored(const Process& process, const Thread& thread, Signal signal)
{
    return !is_blocked(thread, signal) &&
           (process.signals.actions->is_ignored(signal) || is_lost_on_init(process, signal));
}

/// SIGCONT, whether it is ignored or not.
void resume(Process& process)
{
    forget(process, stop_signals);
    if (process.signals.stopping == Signal::none)
        return;
    const bool was_stopped = process.is_stopped;
    process.signals.stopping = Signal::none;
    process.signals.stopped_threads = 0;
    ++process.signals.stops;
    process.is_stopped = false;
    process.stop_status = 0;
    process.stop_waits.wake_up_all();
    if (was_stopped) {
        process.was_continued = true;
        notify_stop(process, child_continued, static_cast<i32>(Signal::cont));
    }
}

/// Something to tell besides the signal's number: null when there is no room for it, which for a real-time signal of a
/// program's is an error.
Result<Box<Queued>> make_entry(const Process& process, const Pending& pending, const Info& info)
{
    if (info.number() == Signal::kill)
        return Box<Queued>{};
    const bool must_arrive_whole = is_realtime(info.number()) && info.code != by_user;
    if (pending.count() < process.limits.get(Resource::pending_signals).soft) {
        auto entry = make_box<Queued>(info);
        if (entry)
            return entry;
    }
    if (must_arrive_whole)
        return Errno::eagain;
    return Box<Queued>{};
}

/// One that has stopped, or is to, looks when it goes on: nothing but SIGKILL can end it until then.
bool takes(const Thread& thread, Signal signal)
{
    if (thread.is_exiting)
        return false;
    const bool is_stopped = thread.process.signals.stopping != Signal::none;
    return signal == Signal::kill || (!is_stopped && !thread.signals.blocked.contains(signal));
}

Thread* find_receiver(Process& process, Signal signal)
{
    for (Thread& thread : process.threads)
        if (takes(thread, signal))
            return &thread;
    return nullptr;
}

/// Ends the process without anybody having to look at the signal first.
bool is_fatal(const Process& process, const Thread& receiver, Signal signal)
{
    return process.signals.actions->get(signal).handler == Action::by_default &&
           default_action(signal) == DefaultAction::terminate && !receiver.signals.awaited.contains(signal) &&
           process.pid() != init_pid;
}

Info child_info(Process& process, i32 code, i32 status)
{
    constexpr u64 tick = time::nanoseconds_per_second / 100;
    Info info = Info::from_kernel(Signal::child, code);
    const sched::Usage usage = proc::usage_of(process);
    info.child = {process.pid(),
                  proc::real_uid(process),
                  status,
                  0,
                  static_cast<i64>(usage.user / tick),
                  static_cast<i64>(usage.system / tick)};
    return info;
}

} // namespace

SignalSet deliverable(const Thread& thread)
{
    const SignalSet pending = thread.signals.pending.set() | thread.process.signals.pending.set();
    return pending & ~thread.signals.blocked;
}

void recalculate(Thread& thread)
{
    const Process& process = thread.process;
    const bool must_stop = process.signals.stopping != Signal::none;
    thread.task.set_signal_pending(must_stop || !deliverable(thread).empty());
}

void forget(Process& process, SignalSet signals)
{
    process.signals.pending.remove(signals);
    for (Thread& thread : process.threads)
        thread.signals.pending.remove(signals);
}

void check_stop(Process& process)
{
    if (process.signals.stopping == Signal::none || process.is_stopped ||
        process.signals.stopped_threads < process.live_threads)
        return;
    constexpr i32 stopped_mark = 0x7f;
    const auto number = static_cast<i32>(process.signals.stopping);
    process.is_stopped = true;
    process.was_continued = false;
    process.stop_status = number << 8 | stopped_mark;
    notify_stop(process, child_stopped, number);
}

void pass_on(Process& process, Thread& ended)
{
    const SignalSet left = process.signals.pending.set() & ~ended.signals.blocked;
    for (Thread& thread : process.threads)
        if (&thread != &ended && !thread.is_exiting && !(left & ~thread.signals.blocked).empty())
            sched::interrupt(thread.task);
    if (process.live_threads != 0)
        check_stop(process);
}

void kill_thread(Thread& thread)
{
    thread.signals.pending.add(Signal::kill, {});
    sched::interrupt(thread.task);
}

void begin_exit(Process& process, i32 wait_status)
{
    if (process.is_exiting)
        return;
    process.is_exiting = true;
    process.wait_status = wait_status;
    process.signals.stopping = Signal::none;
    ++process.signals.stops;
    for (Thread& thread : process.threads)
        kill_thread(thread);
    process.stop_waits.wake_up_all();
}

Result<void> send_locked(Process& process, Thread* target, const Info& info)
{
    if (process.threads.empty() || process.is_exiting)
        return {};
    const Signal signal = info.number();
    if (stop_signals.contains(signal))
        forget(process, SignalSet::of(Signal::cont));
    else if (signal == Signal::cont)
        resume(process);
    const Thread& first = target != nullptr ? *target : process.threads.front();
    if (is_ignored(process, first, signal))
        return {};
    Pending& pending = target != nullptr ? target->signals.pending : process.signals.pending;
    if (!is_realtime(signal) && pending.set().contains(signal))
        return {};
    pending.add(signal, TRY(make_entry(process, pending, info)));

    Thread* const receiver = target == nullptr        ? find_receiver(process, signal)
                             : takes(*target, signal) ? target
                                                      : nullptr;
    if (receiver == nullptr)
        return {}; // whoever unblocks it first
    if (is_fatal(process, *receiver, signal))
        begin_exit(process, static_cast<i32>(signal));
    else
        sched::interrupt(receiver->task);
    return {};
}

void notify_stop(Process& process, i32 code, i32 status)
{
    Process* const parent = process.parent;
    if (parent == nullptr)
        return;
    const Action action = parent->signals.actions->get(Signal::child);
    if (action.handler != Action::ignored && (action.flags & no_child_stop) == 0)
        static_cast<void>(send_locked(*parent, nullptr, child_info(process, code, status)));
    parent->child_waits.wake_up_all();
}

bool notify_end(Process& process)
{
    Process& parent = *process.parent;
    const i32 status = process.wait_status;
    const i32 killer = status & 0x7f;
    Info info = killer == 0 ? child_info(process, child_exited, status >> 8 & 0xff)
                            : child_info(process, (status & 0x80) != 0 ? child_dumped : child_killed, killer);
    info.signal = static_cast<i32>(process.exit_signal);
    const Action action = parent.signals.actions->get(Signal::child);
    const bool is_child_signal = process.exit_signal == Signal::child;
    const bool unwanted = is_child_signal && (action.handler == Action::ignored || (action.flags & no_child_wait) != 0);
    if (process.exit_signal != Signal::none && !(is_child_signal && action.handler == Action::ignored))
        static_cast<void>(send_locked(parent, nullptr, info));
    parent.child_waits.wake_up_all();
    return !unwanted;
}

Result<void> send(Process& process, const Info& info)
{
    return processes().with([&](ProcessTable&) { return send_locked(process, nullptr, info); });
}

Result<void> send_to_thread(Task& task, const Info& info)
{
    return processes().with([&](ProcessTable&) -> Result<void> {
        if (task.thread == nullptr)
            return {};
        return send_locked(task.thread->process, task.thread, info);
    });
}

Result<void> send_to_group(Pid group, const Info& info)
{
    return processes().with([&](ProcessTable& table) -> Result<void> {
        const u32 members = table.for_each_of_group(
            group, [&](Process& process) { static_cast<void>(send_locked(process, nullptr, info)); });
        if (members == 0)
            return Errno::esrch;
        return {};
    });
}

bool kill_pending()
{
    const Thread* const thread = Task::current().thread;
    return thread != nullptr &&
           processes().with([&](ProcessTable&) { return thread->signals.pending.set().contains(Signal::kill); });
}

bool is_blocked_or_ignored(Signal signal)
{
    const Thread& thread = Thread::current();
    return processes().with([&](ProcessTable&) {
        return thread.signals.blocked.contains(signal) || thread.process.signals.actions->is_ignored(signal);
    });
}

void force(const Info& info)
{
    Thread& thread = Thread::current();
    const Signal signal = info.number();
    processes().with([&](ProcessTable&) {
        Actions& actions = *thread.process.signals.actions;
        if (thread.signals.blocked.contains(signal) || actions.get(signal).handler == Action::ignored)
            actions.set(signal, {});
        thread.signals.blocked.remove(signal);
        auto entry = make_box<Queued>(info);
        thread.signals.pending.add(signal, entry ? entry.release() : Box<Queued>{});
        thread.is_forced = signal;
        recalculate(thread);
    });
}

} // namespace kernel::signal
