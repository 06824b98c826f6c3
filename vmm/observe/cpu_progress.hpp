#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace vitrine {

/// What a vCPU was seen doing at one moment.
struct CpuSample {
    std::chrono::steady_clock::time_point time;
    std::uint64_t exits = 0; ///< returns of KVM_RUN that nobody forced by a signal
    std::uint64_t rip = 0;
    bool interrupts_on = false; ///< RFLAGS.IF
    bool halted = false;        ///< in `hlt`, inside KVM
    bool waiting = false;       ///< for INIT or SIPI: never started, or parked
    // KVM's own counters; all 0 on hosts that have none.
    std::uint64_t interrupts = 0; ///< injected
    std::uint64_t wakeups = 0;    ///< out of `hlt`
    std::uint64_t faults = 0;     ///< guest pages that KVM mapped
};

enum class Activity {
    unknown, ///< not enough samples yet
    busy,    ///< exits, interrupts, page faults, or code that moves on
    idle,    ///< halted or parked; an interrupt can wake it
    dead,    ///< halted with interrupts off
    stuck,   ///< running, and nothing happens
};

/// Follows one vCPU's samples and tells `busy` from `no progress`. A loop of a few instructions that no interrupt
/// reaches is not progress: it is what a dead lock, a lost interrupt or an instruction that never completes look like.
class CpuProgress {
public:
    /// Code that moves within so many bytes goes round in circles.
    static constexpr std::uint64_t small_loop = 256;

    void observe(const CpuSample& sample);

    Activity activity() const { return activity_; }
    /// How long there has been no progress; 0 while there is.
    std::chrono::nanoseconds without_progress() const { return last_.time - progress_.time; }
    /// `busy: 12 exits, 3 interrupts`, `halted, waiting for an interrupt`, `stuck for 2.00 s at rip 0x1234: ...`
    std::string in_words() const;

private:
    Activity judge(const CpuSample& sample) const;

    Activity activity_ = Activity::unknown;
    CpuSample progress_; ///< when there was progress last
    CpuSample previous_; ///< the one before last_
    CpuSample last_;
    std::uint64_t lowest_rip_ = 0; ///< since progress_
    std::uint64_t highest_rip_ = 0;
};

} // namespace vitrine
