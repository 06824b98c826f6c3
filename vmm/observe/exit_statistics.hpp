#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace vitrine {

/// A duration's distribution, as reports show it.
struct DurationSummary {
    std::uint64_t count = 0;
    std::chrono::nanoseconds total{};
    std::chrono::nanoseconds min{};
    std::chrono::nanoseconds mean{};
    std::chrono::nanoseconds p50{};
    std::chrono::nanoseconds p99{};
    std::chrono::nanoseconds max{};
};

/// One row of the exit table: all exits of one vCPU with one reason and one detail.
struct ExitRow {
    unsigned cpu = 0;
    std::string reason;       ///< Linux's name without KVM_EXIT_, in lower case: io, mmio, hlt, ...
    std::string detail;       ///< `out 0x3f8 serial`, `write 0xfec00000 ioapic`, `rdmsr 0x1b`; may be empty
    DurationSummary root;     ///< from KVM_RUN's return to the next entry
    DurationSummary non_root; ///< from the entry to this exit
};

/// A counter of KVM_GET_STATS_FD.
struct KvmCounter {
    std::string scope; ///< `vm` or `vcpu N`
    std::string name;
    std::uint64_t value = 0;
};

struct ExitStatistics {
    std::vector<ExitRow> rows; ///< sorted by total root time, descending
    std::vector<KvmCounter> kvm;
    std::vector<std::uint64_t> kvm_run_returns; ///< by vCPU: equals the sum of its rows' counts
    std::chrono::nanoseconds elapsed{};
    std::optional<std::chrono::nanoseconds> first_output; ///< from the first entry to the console's first byte
};

enum class StatsFormat { table, json, csv, none };

std::string format_statistics(const ExitStatistics& statistics, StatsFormat format);

} // namespace vitrine
