#pragma once

#include "abi/trace.hpp"

#include "lib/types.hpp"

#include <concepts>
#include <span>

/// Static tracepoints: `trace::sched_switch(prev, state, next, comm)`. Any context. Declared in abi/trace_events.def.
namespace trace {

using vitrine::abi::TraceEvent;

/// Bit n: event n is recorded. Zero until the trace ring is there, and for good where nobody asked for a trace.
extern u64 enabled_events;

/// Puts a record with these fields into this CPU's ring.
void write_record(TraceEvent event, std::span<const u64> fields);

/// The boot step: from now on the events that boot_info() asks for are recorded.
void set_up();

template <TraceEvent event, typename... Fields>
struct Tracepoint {
    static constexpr bool enabled() { return (enabled_events >> static_cast<unsigned>(event) & 1) != 0; }

    /// One branch, predictably not taken, while the event is off: arguments become fields behind it.
    template <typename... Arguments>
    requires(std::convertible_to<const Arguments&, Fields>&&...) void operator()(const Arguments&... arguments) const
    {
        if (enabled()) [[unlikely]]
            record(arguments...);
    }

private:
    static constexpr std::size_t words = (std::size_t{0} + ... + Fields::words);
    static_assert(words <= vitrine::abi::trace_max_words);

    [[gnu::noinline, gnu::cold]] static void record(Fields... fields)
    {
        u64 packed[words];
        u64* next = packed;
        ((fields.store(next), next += Fields::words), ...);
        write_record(event, packed);
    }
};

#define FIELD(type, name) vitrine::abi::field::type
#define EVENT(name, subsystem, ...) inline constexpr Tracepoint<TraceEvent::name, __VA_ARGS__> name;
#include "abi/trace_events.def"
#undef EVENT
#undef FIELD

} // namespace trace
