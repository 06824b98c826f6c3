#pragma once

#include "abi/trace.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace vitrine {

/// A trace record with its fields, as the guest wrote it. `record.words` of `fields` are valid.
struct TraceEntry {
    abi::TraceRecord record{};
    std::array<std::uint64_t, abi::trace_max_words> fields{};

    std::span<const std::uint64_t> words() const { return std::span{fields}.first(record.words); }
};

/// Takes one record off the front of `bytes`. Nothing, and `bytes` as they were, when they do not begin with a whole
/// record of no more words than a record may have.
std::optional<TraceEntry> take_record(std::span<const std::byte>& bytes);

/// Gets records as they are drained, in each vCPU's order. Safe from any thread; it should be quick, for the thread may
/// be a vCPU's.
class TraceConsumer {
public:
    virtual ~TraceConsumer() = default;
    virtual void consume(std::span<const TraceEntry> entries) = 0;
};

/// What of a vCPU's trace was lost.
struct TraceLosses {
    std::uint32_t cpu = 0;
    std::uint64_t dropped = 0;   ///< records that did not fit into the ring, as the guest counts them
    std::uint64_t malformed = 0; ///< times that the ring's contents made no sense
};

} // namespace vitrine
