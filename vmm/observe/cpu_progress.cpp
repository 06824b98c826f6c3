#include "vmm/observe/cpu_progress.hpp"

#include "vmm/observe/format_duration.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace vitrine {

void CpuProgress::observe(const CpuSample& sample)
{
    const bool is_first = progress_.time == std::chrono::steady_clock::time_point{};
    previous_ = is_first ? sample : last_;
    last_ = sample;
    lowest_rip_ = std::min(lowest_rip_, sample.rip);
    highest_rip_ = std::max(highest_rip_, sample.rip);
    activity_ = is_first ? Activity::unknown : judge(sample);
    if (is_first || activity_ == Activity::busy || activity_ == Activity::idle) {
        progress_ = sample;
        lowest_rip_ = highest_rip_ = sample.rip;
    }
}

Activity CpuProgress::judge(const CpuSample& sample) const
{
    if (sample.waiting)
        return Activity::idle;
    if (sample.halted)
        return sample.interrupts_on ? Activity::idle : Activity::dead;
    const bool counters_moved = sample.exits != progress_.exits || sample.interrupts != progress_.interrupts ||
                                sample.wakeups != progress_.wakeups || sample.faults != progress_.faults;
    const bool code_moved = highest_rip_ - lowest_rip_ >= small_loop;
    return counters_moved || code_moved ? Activity::busy : Activity::stuck;
}

std::string CpuProgress::in_words() const
{
    switch (activity_) {
    case Activity::unknown: return "not observed";
    case Activity::busy:
        return fmt::format("busy: {} exits, {} interrupts and {} page faults within {}", last_.exits - previous_.exits,
                           last_.interrupts - previous_.interrupts, last_.faults - previous_.faults,
                           format_duration(last_.time - previous_.time));
    case Activity::idle: return last_.waiting ? "waiting to be started" : "idle: halted, waiting for an interrupt";
    case Activity::dead: return "halted with interrupts off: only an NMI or a reset could wake it";
    case Activity::stuck: {
        const char* const interrupts = last_.interrupts_on ? "no interrupt comes" : "interrupts are off";
        const std::string since = format_duration(without_progress());
        if (lowest_rip_ == highest_rip_)
            return fmt::format("no progress for {}: stands at rip {:#x}; {}", since, last_.rip, interrupts);
        return fmt::format("no progress for {}: goes round between rip {:#x} and {:#x}; {}", since, lowest_rip_,
                           highest_rip_, interrupts);
    }
    }
    return {};
}

} // namespace vitrine
