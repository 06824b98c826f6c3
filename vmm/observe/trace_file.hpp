#pragma once

#include "vmm/observe/trace_record.hpp"
#include "vmm/observe/trace_schema.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

/// The .vtrace file, little-endian:
///
///     magic       8 bytes  "VTRACE\r\n"
///     version     u32      1
///     events      u32      number of entries in the event table
///     tsc_khz     u64      0: not known
///     event table          for each event, in the order of their numbers:
///                          string name, string subsystem, u8 fields, then for each field:
///                          string name, u8 abi::FieldFormat, u8 words
///     chunks               to the end of the file: u32 kind, u32 bytes that follow, then those
///
/// A string is a u8 length and that many bytes. A chunk of records holds abi::TraceRecords, each followed by its words;
/// a chunk of losses holds FileLosses. Chunks of other kinds are skipped. As the table is in the file, a file can be
/// read by versions that know other events.
namespace vitrine {

namespace trace_file {
inline constexpr std::string_view magic{"VTRACE\r\n"};
inline constexpr std::uint32_t version = 1;

enum class ChunkKind : std::uint32_t { records = 1, losses = 2 };

struct ChunkHeader {
    ChunkKind kind;
    std::uint32_t size;
};
static_assert(sizeof(ChunkHeader) == 8);

struct FileLosses {
    std::uint32_t cpu;
    std::uint32_t padding;
    std::uint64_t dropped;
    std::uint64_t malformed;
};
static_assert(sizeof(FileLosses) == 24);
} // namespace trace_file

/// A .vtrace file that is none, or is damaged.
class TraceFileError : public std::runtime_error {
public:
    TraceFileError(std::uint64_t offset, const std::string& what);
    std::uint64_t offset() const { return offset_; } ///< in bytes, where in the file

private:
    std::uint64_t offset_;
};

/// A whole trace in memory.
struct Trace {
    std::uint64_t tsc_khz = 0; ///< 0: not known
    TraceSchema schema;
    std::vector<TraceEntry> entries; ///< sorted by TSC: all vCPUs merged. Every event is in `schema`
    std::vector<TraceLosses> losses; ///< of the vCPUs that had any
};

/// Throws TraceFileError.
Trace parse_trace(std::span<const std::byte> file);
/// The same from disk. Throws also std::system_error.
Trace load_trace(const std::filesystem::path& path);

} // namespace vitrine
