#pragma once

#include "kernel/mm/heap.hpp"
#include "kernel/signal/info.hpp"
#include "lib/intrusive.hpp"
#include "lib/result.hpp"

#include <optional>

namespace kernel::signal {

/// A signal that waits, with what it has to tell.
struct Queued {
    explicit Queued(const Info& i) : info{i} {}
    Info info;
    ListHook hook;
};

/// Signals sent and not yet taken, of a thread or a process. Not locked.
class Pending {
public:
    Pending() = default;
    Pending(const Pending&) = delete;
    Pending& operator=(const Pending&) = delete;
    ~Pending() { remove(~SignalSet{}); }

    SignalSet set() const { return set_; }
    /// Entries that wait.
    u32 count() const { return count_; }
    /// A standard signal waits once at most, a real-time one as often as it was sent. `entry` may be missing: then the
    /// signal arrives, and does not know from where.
    void add(Signal signal, Box<Queued> entry);
    /// The next of `signal`, in the order in which they were sent; there is one.
    Info take(Signal signal);
    void remove(SignalSet signals);

private:
    using Queue = List<Queued, &Queued::hook>;

    SignalSet set_;
    u32 count_ = 0;
    Queue queue_;
};

/// The one that is taken first: synchronous ones, then by number.
inline Signal first_of(SignalSet signals)
{
    const SignalSet urgent = signals & synchronous;
    return (urgent.empty() ? signals : urgent).lowest();
}

} // namespace kernel::signal
