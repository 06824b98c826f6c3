#pragma once

#include "vmm/observe/trace_record.hpp"
#include "vmm/observe/trace_schema.hpp"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace vitrine {

/// Writes a .vtrace file (trace_file.hpp). Records gather in a buffer of fixed size; whoever fills it writes it out, so
/// memory is bounded, nothing is lost, and a vCPU thread pays for one write(2) in some thousand records.
class TraceWriter final : public TraceConsumer {
public:
    static constexpr std::size_t buffer_size = 64 << 10;

    /// Creates or replaces the file. `tsc_khz` is the guest's; 0: not known. Throws std::system_error.
    TraceWriter(std::filesystem::path path, std::uint64_t tsc_khz, const TraceSchema& schema = trace_schema());

    void consume(std::span<const TraceEntry> entries) override;

    /// Completes the file; what comes later is ignored. What went wrong, now or before, in words: then the file is not
    /// complete.
    std::optional<std::string> finish(std::span<const TraceLosses> losses);

private:
    void append(const TraceEntry& entry);
    void write_chunk();

    std::filesystem::path path_;
    std::mutex mutex_; ///< guards all below
    std::ofstream file_;
    std::vector<char> buffer_; ///< records, not yet written
};

} // namespace vitrine
