#pragma once

#include <span>
#include <string>

namespace vitrine {

/// What "trace": {"events": [...]} may name: every event and every subsystem of abi/trace_events.def, sorted.
std::span<const std::string> trace_names();

} // namespace vitrine
