#pragma once

#include "kernel/sched/wait_queue.hpp"

/// poll(2), select(2) and epoll(7) as files see them.
namespace kernel::fs {

/// What a file is ready for, or is asked about: poll(2)'s bits, which are epoll's (asm-generic/poll.h).
struct PollEvents {
    u32 bits = 0;

    constexpr bool operator==(const PollEvents&) const = default;
    constexpr explicit operator bool() const { return bits != 0; }
    friend constexpr PollEvents operator|(PollEvents a, PollEvents b) { return {a.bits | b.bits}; }
    friend constexpr PollEvents operator&(PollEvents a, PollEvents b) { return {a.bits & b.bits}; }
    constexpr PollEvents& operator|=(PollEvents other) { return *this = *this | other; }
    /// As what a wake-up tells: `queue.wake_up_all(poll::readable)`.
    constexpr operator WakeEvents() const { return bits; }
};

namespace poll {
inline constexpr PollEvents in{0x001};   ///< POLLIN
inline constexpr PollEvents pri{0x002};  ///< POLLPRI
inline constexpr PollEvents out{0x004};  ///< POLLOUT
inline constexpr PollEvents err{0x008};  ///< POLLERR: reported whether asked for or not
inline constexpr PollEvents hup{0x010};  ///< POLLHUP: the same
inline constexpr PollEvents nval{0x020}; ///< POLLNVAL
inline constexpr PollEvents rdnorm{0x040};
inline constexpr PollEvents rdband{0x080};
inline constexpr PollEvents wrnorm{0x100};
inline constexpr PollEvents wrband{0x200};
inline constexpr PollEvents msg{0x400};
inline constexpr PollEvents rdhup{0x2000};

inline constexpr PollEvents readable = in | rdnorm;
inline constexpr PollEvents writable = out | wrnorm;
/// What a file answers that has nothing to say (DEFAULT_POLLMASK): neither read nor write ever waits.
inline constexpr PollEvents always = readable | writable;
} // namespace poll

/// Who wants to be told when a file's readiness changes (Linux's poll_table). File::poll() names to it each queue that
/// it wakes when that happens, then looks what it is ready for: so no change is missed.
class PollTable {
public:
    virtual void wait_on(WaitQueue& queue) = 0;

protected:
    ~PollTable() = default;
};

} // namespace kernel::fs
