#pragma once

#include "vmm/observe/trace_file.hpp"

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <vector>

namespace vitrine {

/// The boot steps (events boot_step_begin and boot_step_end) as a table with a bar for each, from the first step's
/// begin to the last one's end. Several lines; a sentence when there are no steps. Entries are in order of time.
std::string boot_chart(const TraceSchema& schema, std::span<const TraceEntry> entries, std::uint64_t tsc_khz);

/// Keeps a run's boot events for the chart, and nothing else; bounded, for a guest may claim to boot for ever.
class BootRecorder final : public TraceConsumer {
public:
    static constexpr std::size_t max_entries = 4096;

    void consume(std::span<const TraceEntry> entries) override;

    /// In order of time.
    std::vector<TraceEntry> entries() const;

private:
    mutable std::mutex mutex_; ///< guards entries_
    std::vector<TraceEntry> entries_;
};

} // namespace vitrine
