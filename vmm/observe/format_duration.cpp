#include "vmm/observe/format_duration.hpp"

#include <fmt/core.h>

namespace vitrine {

std::string format_duration(std::chrono::nanoseconds duration)
{
    if (duration.count() == 0)
        return "-";
    double value = static_cast<double>(duration.count());
    if (value < 1000)
        return fmt::format("{} ns", duration.count());
    const char* unit = "us";
    value /= 1e3;
    if (value >= 1000) {
        unit = "ms";
        value /= 1e3;
    }
    if (value >= 1000) {
        unit = "s";
        value /= 1e3;
    }
    const int decimals = value < 10 ? 2 : value < 100 ? 1 : 0;
    return fmt::format("{:.{}f} {}", value, decimals, unit);
}

} // namespace vitrine
