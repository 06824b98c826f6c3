#pragma once

#include "abi/trace.hpp"
#include "vmm/observe/trace_record.hpp"

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace vitrine::test {

/// A record as the guest would write it.
inline TraceEntry entry(abi::TraceEvent event, std::uint64_t tsc, std::initializer_list<std::uint64_t> words,
                        std::uint8_t cpu = 0, std::uint32_t task = 0)
{
    TraceEntry made;
    made.record = {.event = static_cast<std::uint16_t>(event),
                   .cpu = cpu,
                   .words = static_cast<std::uint8_t>(words.size()),
                   .task = task,
                   .tsc = tsc};
    std::copy(words.begin(), words.end(), made.fields.begin());
    return made;
}

/// A record whose only field is a name.
inline TraceEntry named(abi::TraceEvent event, std::uint64_t tsc, std::string_view name, std::uint8_t cpu = 0)
{
    TraceEntry made = entry(event, tsc, {0, 0}, cpu);
    abi::field::Text{name}.store(made.fields.data());
    return made;
}

} // namespace vitrine::test
