#pragma once

#include "vmm/observe/trace_file.hpp"

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace vitrine {

/// A field's words as a person reads them: system calls by name, a negative `result` as -ENOENT.
std::string format_field(const TraceField& field, std::span<const std::uint64_t> words);

/// One line, without its end: time, vCPU, task, event, fields. `origin` is the TSC value of time zero. Without a TSC
/// frequency the time is in TSC ticks.
std::string format_entry(const Trace& trace, const TraceEntry& entry, std::uint64_t origin);

/// Which records are shown; what is not set lets all through.
struct TraceFilter {
    std::vector<std::string> events; ///< names of events or of subsystems
    std::optional<unsigned> cpu;
    std::optional<std::uint32_t> task;
};

/// Prints the records that pass the filter in order of time, counted from the trace's first record, and what was lost.
/// Throws std::invalid_argument when the filter names an event that the trace does not know.
void show_trace(const Trace& trace, const TraceFilter& filter, std::ostream& out);
/// The same for a .vtrace file. Throws also TraceFileError and std::system_error.
void show_trace(const std::filesystem::path& file, const TraceFilter& filter, std::ostream& out);

} // namespace vitrine
