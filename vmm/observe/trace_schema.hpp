#pragma once

#include "abi/trace.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

struct TraceField {
    std::string name;
    abi::FieldFormat format = abi::FieldFormat::decimal;
    unsigned words = 1; ///< 64-bit words that it takes in a record
    friend bool operator==(const TraceField&, const TraceField&) = default;
};

/// What a record of one event holds.
struct TraceEventSchema {
    std::string name;
    std::string subsystem;
    std::vector<TraceField> fields;

    unsigned words() const;
    friend bool operator==(const TraceEventSchema&, const TraceEventSchema&) = default;
};

/// Indexed by event number.
using TraceSchema = std::vector<TraceEventSchema>;

/// The events of this build: abi/trace_events.def.
const TraceSchema& trace_schema();

/// For each event, whether its own name or its subsystem's is among `names`; all are when there are no names. Throws
/// std::invalid_argument that names the one nobody knows.
std::vector<bool> select_events(const TraceSchema& schema, std::span<const std::string> names);

/// The same for this build's events as abi::TraceArea::enabled.
std::uint64_t trace_event_mask(std::span<const std::string> names);

} // namespace vitrine
