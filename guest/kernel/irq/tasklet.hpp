#pragma once

#include "lib/types.hpp"

namespace kernel {

/// A function to be run soon in a soft interrupt, on the CPU that schedules it, and never on two CPUs at once (Linux's
/// tasklet). Its owner embeds it, and kills it before it goes.
class Tasklet {
public:
    enum class Urgency : u8 { normal, high };

    /// Must not sleep; interrupts enabled. May schedule the tasklet anew.
    explicit constexpr Tasklet(void (*function)(Tasklet&), Urgency urgency = Urgency::normal)
        : function_{function}, urgency_{urgency}
    {}
    Tasklet(const Tasklet&) = delete;
    Tasklet& operator=(const Tasklet&) = delete;

    /// Any context but NMIs. Scheduled several times before it runs, it runs once.
    void schedule();

    /// Does not run until enable() has been called as often; what is scheduled waits. disable() returns when it does
    /// not run any more: not from itself.
    void disable();
    void disable_nosync();
    void enable();

    /// Waits until what has been scheduled has run. Task context; nobody may schedule it any more.
    void kill();

private:
    friend class TaskletQueues;
    static constexpr u32 scheduled = 1 << 0;
    static constexpr u32 running = 1 << 1;

    bool is(u32 flag) const { return (__atomic_load_n(&state_, __ATOMIC_SEQ_CST) & flag) != 0; }
    bool try_set(u32 flag) { return (__atomic_fetch_or(&state_, flag, __ATOMIC_SEQ_CST) & flag) == 0; }
    void clear(u32 flag) { __atomic_fetch_and(&state_, ~flag, __ATOMIC_SEQ_CST); }

    void (*function_)(Tasklet&);
    const Urgency urgency_;
    u32 state_ = 0;
    u32 disabled_ = 0;
    Tasklet* next_ = nullptr; ///< in its CPU's queue; whoever has set `scheduled` owns it
};

} // namespace kernel
