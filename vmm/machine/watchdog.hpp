#pragma once

#include "vmm/machine/outcome.hpp"
#include "vmm/machine/virtual_cpu.hpp"
#include "vmm/observe/cpu_progress.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace vitrine {

/// Ends a run whose time is up, and one that makes no progress. It looks at the vCPUs now and then: each is kicked out
/// of KVM_RUN for a moment and tells what it is doing. Event-loop thread only.
class Watchdog {
public:
    using Duration = std::chrono::nanoseconds;

    /// All must outlive the watchdog. `cpus` may still be empty, but must be complete at start().
    Watchdog(boost::asio::io_context& loop, std::deque<VirtualCpu>& cpus, MachineControl& machine);

    /// `timeout`: of the whole run. `no_progress`: how long nothing may happen. Nothing: no limit.
    void start(std::optional<Duration> timeout, std::optional<Duration> no_progress);

    /// What each vCPU was doing when last seen, in words; empty when nobody looked.
    std::string activity_of(unsigned cpu) const;

private:
    /// Looks in a window of the watchdog's: enough to find code that moves.
    static constexpr int looks_per_window = 8;
    static constexpr Duration shortest_period = std::chrono::milliseconds{5};
    /// When time is up: how far apart the looks are that the verdict is based on, and how many there are at most. Two
    /// will do, unless the host is too busy for a vCPU to answer.
    static constexpr Duration verdict_period = std::chrono::milliseconds{20};
    static constexpr int most_verdict_looks = 10;

    struct Watched {
        VirtualCpu& cpu;
        CpuProgress progress;
        bool answered = false; ///< the last question
    };

    void ask_all();
    void collect_answers();
    void patrol();
    void time_is_up(int looks_left);
    bool all_known() const;
    bool nothing_happens() const;
    Duration shortest_standstill() const;
    std::string in_words() const;

    std::deque<VirtualCpu>& cpus_;
    MachineControl& machine_;
    boost::asio::steady_timer patrol_timer_;
    boost::asio::steady_timer timeout_timer_;
    Duration timeout_{};
    Duration no_progress_{};
    Duration period_{};
    std::vector<Watched> watched_;
};

} // namespace vitrine
