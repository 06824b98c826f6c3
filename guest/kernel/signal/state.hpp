#pragma once

#include "kernel/signal/actions.hpp"
#include "kernel/signal/pending.hpp"

/// What threads and processes keep for their signals. Under the process lock, unless it says otherwise.
namespace kernel::signal {

/// sigaltstack(2). The thread's own.
struct AlternateStack {
    u64 address = 0;
    u64 size = 0; ///< 0: none
    u32 flags = 0;

    static constexpr u32 on_stack = 1;           ///< SS_ONSTACK
    static constexpr u32 disabled = 2;           ///< SS_DISABLE
    static constexpr u32 auto_disarm = 1U << 31; ///< SS_AUTODISARM
    /// Whether somebody with this stack pointer runs on it. One that is disarmed by its use never is.
    bool is_in_use(u64 stack_pointer) const
    {
        return (flags & auto_disarm) == 0 && stack_pointer > address && stack_pointer - address <= size;
    }
};

/// What became of a system call that a signal ended, until it is known whether a handler runs. The thread's own.
struct Restart {
    i32 error = 0; ///< one of Errno's erestart...; 0: no such call
    /// What restart_syscall(2) does: goes on with what `error` says erestart_restartblock of.
    Result<i64> (*function)(Restart&) = nullptr;
    u64 arguments[4] = {};
};

struct ThreadSignals {
    Pending pending;
    SignalSet blocked; ///< changed by the thread itself only
    /// The mask to go back to once the signal that sigsuspend(2) or its like waited for has been dealt with. Own.
    SignalSet saved;
    bool restore_saved = false; ///< own
    SignalSet awaited;          ///< sigtimedwait(2) waits for these, though they are blocked
    AlternateStack stack;
    Restart restart;
};

struct ProcessSignals {
    Pending pending; ///< for any thread that takes them
    Ref<Actions> actions;
    Signal stopping = Signal::none; ///< threads are to stop, by this signal, until SIGCONT
    u32 stopped_threads = 0;
    u32 stops = 0; ///< counts stops that have ended, so that one that is over is not taken for the next
};

} // namespace kernel::signal
