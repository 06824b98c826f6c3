#pragma once

#include "kernel/event/interval_timer.hpp"
#include "kernel/sync/mutex.hpp"
#include "lib/result.hpp"

namespace kernel {

class Process;

namespace proc {

/// A process's ITIMER_REAL: SIGALRM when it expires. Its process has it from the first setitimer(2) or alarm(2) on.
class RealTimer final : private event::IntervalTimer {
public:
    explicit RealTimer(Process& process) : process_{process} {}
    ~RealTimer() { stop(); }

    /// What it was set to before.
    event::TimerSetting set(const event::TimerSetting& setting);
    event::TimerSetting get();

private:
    void expired(u64 times) override;

    Process& process_;
    Locked<int, Mutex> settings_; ///< one at a time
};

/// Of the current process. ENOMEM.
Result<event::TimerSetting> set_real_timer(const event::TimerSetting& setting);
event::TimerSetting real_timer();

} // namespace proc
} // namespace kernel
