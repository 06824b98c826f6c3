#pragma once

#include <chrono>
#include <string>

namespace vitrine {

/// A duration for people, with three significant digits: `840 ns`, `8.52 us`, `1.20 ms`, `12.0 s`; `-` for none.
std::string format_duration(std::chrono::nanoseconds duration);

} // namespace vitrine
