// What a thread does about the signals that it gets. For sending them see kill.cpp.
#include "arch/context.hpp"
#include "arch/signal_frame.hpp"
#include "kernel/signal/send.hpp"
#include "kernel/signal/signal.hpp"
#include "kernel/syscall/syscalls.hpp"
#include "kernel/syscall/time_values.hpp"
#include "kernel/time/sleep.hpp"
#include "kernel/time/timekeeping.hpp"

#include <optional>

namespace kernel::syscall {
namespace {

using proc::processes;
using proc::ProcessTable;
using proc::Thread;
using signal::Action;
using signal::SignalSet;

constexpr u64 set_size = sizeof(SignalSet); ///< the only size of a sigset_t that there is

Result<void> check_set_size(u64 size)
{
    if (size != set_size)
        return Errno::einval;
    return {};
}

/// sigaction(2) forgets what is pending when it is ignored from now on.
void set_action(Process& process, Signal number, Action action)
{
    action.mask = action.mask & ~signal::unblockable;
    action.flags &= signal::known_action_flags;
    process.signals.actions->set(number, action);
    if (process.signals.actions->is_ignored(number))
        signal::forget(process, SignalSet::of(number));
}

Result<void> set_alternate_stack(const arch::SignalStack& stack, u64 stack_pointer)
{
    using signal::AlternateStack;
    AlternateStack& own = Thread::current().signals.stack;
    if (own.size != 0 && own.is_in_use(stack_pointer))
        return Errno::eperm;
    const u32 mode = static_cast<u32>(stack.flags) & ~AlternateStack::auto_disarm;
    if (mode != 0 && mode != AlternateStack::on_stack && mode != AlternateStack::disabled)
        return Errno::einval;
    if (mode == AlternateStack::disabled) {
        own = {};
        return {};
    }
    constexpr u64 least = 2048; // MINSIGSTKSZ
    if (stack.size < least)
        return Errno::enomem;
    own = {stack.address, stack.size, static_cast<u32>(stack.flags) & AlternateStack::auto_disarm};
    return {};
}

/// Sleeps until a signal has come that is not in `mask`, which is the mask until it has been dealt with.
Errno wait_with_mask(SignalSet mask)
{
    Thread& thread = Thread::current();
    thread.signals.saved = thread.signals.blocked;
    thread.signals.restore_saved = true;
    signal::set_blocked(mask);
    while (!signal::pending())
        static_cast<void>(time::sleep_interruptibly(time::Clock::monotonic, time::never));
    return Errno::erestartnohand;
}

/// One of `wanted` that is pending, taken.
std::optional<signal::Info> take(Thread& thread, SignalSet wanted)
{
    signal::Pending& own = thread.signals.pending;
    signal::Pending& shared = thread.process.signals.pending;
    const SignalSet there = (own.set() | shared.set()) & wanted;
    if (there.empty())
        return std::nullopt;
    const Signal first = signal::first_of(there);
    return own.set().contains(first) ? own.take(first) : shared.take(first);
}

/// siginfo_t: what is known of it, and zeros.
Result<void> write_info(u64 address, const signal::Info& info)
{
    constexpr u64 size = 128;
    TRY(UserOut<signal::Info>{address}.write(info));
    return arch::clear_user({address + sizeof info}, size - sizeof info);
}

} // namespace

SyscallResult sys_rt_sigaction(i32 number, UserIn<Action> action, UserOut<Action> old, u64 size)
{
    TRY(check_set_size(size));
    std::optional<Action> wanted;
    if (!action.is_null())
        wanted = TRY(action.read());
    const auto which = static_cast<Signal>(number);
    if (!signal::is_valid(number) || (wanted && signal::unblockable.contains(which)))
        return Errno::einval;
    Action before;
    processes().with([&](ProcessTable&) {
        Process& process = Process::current();
        before = process.signals.actions->get(which);
        if (wanted)
            set_action(process, which, *wanted);
    });
    TRY(old.write_if_wanted(before));
    return 0;
}

SyscallResult sys_rt_sigprocmask(MaskOperation how, UserIn<SignalSet> set, UserOut<SignalSet> old, u64 size)
{
    enum : MaskOperation { block = 0, unblock = 1, replace = 2 };
    TRY(check_set_size(size));
    const SignalSet before = Thread::current().signals.blocked;
    if (!set.is_null()) {
        const SignalSet change = TRY(set.read());
        switch (how) {
        case block: signal::set_blocked(before | change); break;
        case unblock: signal::set_blocked(before & ~change); break;
        case replace: signal::set_blocked(change); break;
        default: return Errno::einval;
        }
    }
    TRY(old.write_if_wanted(before));
    return 0;
}

SyscallResult sys_rt_sigpending(UserOut<SignalSet> result, u64 size)
{
    if (size > set_size)
        return Errno::einval;
    const Thread& thread = Thread::current();
    const SignalSet pending = processes().with([&](ProcessTable&) {
        return (thread.signals.pending.set() | thread.process.signals.pending.set()) & thread.signals.blocked;
    });
    TRY(UserBytes{result.address}.write(std::as_bytes(std::span{&pending, 1}).first(size)));
    return 0;
}

SyscallResult sys_rt_sigsuspend(UserIn<SignalSet> mask, u64 size)
{
    TRY(check_set_size(size));
    return wait_with_mask(TRY(mask.read()));
}

SyscallResult sys_pause()
{
    while (!signal::pending())
        static_cast<void>(time::sleep_interruptibly(time::Clock::monotonic, time::never));
    return Errno::erestartnohand;
}

SyscallResult sys_rt_sigtimedwait(UserIn<SignalSet> set, UserOut<signal::Info> info, UserIn<TimeSpec> timeout, u64 size)
{
    TRY(check_set_size(size));
    const SignalSet wanted = TRY(set.read())
    &~signal::unblockable;
    u64 deadline = time::never;
    if (!timeout.is_null())
        deadline = time::time_after(time::monotonic(), TRY(to_nanoseconds(TRY(timeout.read()))));
    Thread& thread = Thread::current();
    auto taken = processes().with([&](ProcessTable&) {
        auto there = take(thread, wanted);
        if (!there) { // what is waited for wakes, though it is blocked
            thread.signals.awaited = thread.signals.blocked & wanted;
            thread.signals.blocked = thread.signals.blocked & ~wanted;
        }
        signal::recalculate(thread);
        return there;
    });
    if (!taken) {
        const auto end = time::sleep_interruptibly(time::Clock::monotonic, deadline);
        taken = processes().with([&](ProcessTable&) {
            thread.signals.blocked = thread.signals.blocked | thread.signals.awaited;
            thread.signals.awaited = {};
            auto there = take(thread, wanted);
            signal::recalculate(thread);
            return there;
        });
        if (!taken)
            return end == time::SleepEnd::interrupted ? Errno::eintr : Errno::eagain;
    }
    if (!info.is_null())
        TRY(write_info(info.address, *taken));
    return taken->signal;
}

SyscallResult sys_sigaltstack(UserIn<arch::SignalStack> stack, UserOut<arch::SignalStack> old)
{
    const u64 stack_pointer = arch::user_registers(Task::current().context).rsp;
    const arch::SignalStack before = signal::describe(Thread::current().signals.stack, stack_pointer);
    if (!stack.is_null())
        TRY(set_alternate_stack(TRY(stack.read()), stack_pointer));
    TRY(old.write_if_wanted(before));
    return 0;
}

/// A frame that is none ends the program: nobody knows where it could go on.
SyscallResult sys_rt_sigreturn()
{
    Thread& thread = Thread::current();
    arch::TrapFrame& frame = arch::user_registers(thread.task.context);
    const auto restored = arch::pop_signal_frame(frame, thread.task.context);
    if (!restored) {
        signal::force(signal::Info::from_kernel(Signal::segv));
        return 0;
    }
    signal::set_blocked(SignalSet{restored.value().blocked});
    static_cast<void>(set_alternate_stack(restored.value().alternate, frame.rsp));
    return static_cast<i64>(frame.rax);
}

SyscallResult sys_restart_syscall()
{
    signal::Restart& restart = Thread::current().signals.restart;
    if (restart.function == nullptr)
        return Errno::eintr;
    const Result<i64> result = restart.function(restart);
    return result ? SyscallResult{result.value()} : SyscallResult{result.error()};
}

} // namespace kernel::syscall
