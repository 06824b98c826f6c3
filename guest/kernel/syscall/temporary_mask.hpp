#pragma once

#include "kernel/proc/thread.hpp"
#include "kernel/signal/signal.hpp"
#include "kernel/syscall/arguments.hpp"

#include <utility>

namespace kernel::syscall {

/// The signals that are blocked while a call waits: ppoll(2), pselect(2), epoll_pwait(2).
class TemporaryMask {
public:
    /// Without an address the mask stays. EINVAL, EFAULT.
    static Result<void> set(UserIn<signal::SignalSet> mask, u64 size)
    {
        if (mask.is_null())
            return {};
        if (size != sizeof(signal::SignalSet))
            return Errno::einval;
        const signal::SignalSet wanted = TRY(mask.read());
        signal::ThreadSignals& own = proc::Thread::current().signals;
        own.saved = own.blocked;
        own.restore_saved = true;
        signal::set_blocked(wanted);
        return {};
    }
    /// The call's result is known. When a signal has ended it, the mask stays until that has been dealt with.
    template <typename T>
    static Result<T> after(Result<T> result)
    {
        const bool interrupted = !result && (result.error() == Errno::eintr || result.error() == Errno::erestartnohand);
        signal::ThreadSignals& own = proc::Thread::current().signals;
        if (!interrupted && std::exchange(own.restore_saved, false))
            signal::set_blocked(own.saved);
        return result;
    }
};

} // namespace kernel::syscall
