#pragma once

#include "kernel/time/clock.hpp"
#include "kernel/time/mult_shift.hpp"

#include <algorithm>
#include <string_view>

namespace kernel::time {

/// What interrupts a CPU at a time of its choice: each CPU has one of its own, all of one kind. One shot.
struct ClockEventDevice {
    std::string_view name;
    MultShift from_nanoseconds{};
    u64 min_ticks = 1;
    u64 max_ticks = ~u64{0};
    /// This CPU's, in so many of its ticks from now. In place of what was set before.
    void (*set_next_event)(u64 ticks) = nullptr;
    void (*shut_down)() = nullptr;

    /// A wait that is too long for the device is cut: it then comes early, and is set anew. A longer one than a second
    /// would gain nothing, and `nanoseconds` times any speed is far from overflow.
    u64 ticks_for(u64 nanoseconds) const
    {
        const u64 wait = std::min(nanoseconds, nanoseconds_per_second);
        return std::clamp(from_nanoseconds.apply(wait) + 1, min_ticks, max_ticks);
    }
};

/// Before the first timer starts.
void set_clock_event_device(const ClockEventDevice& device);
const ClockEventDevice& clock_event_device();

} // namespace kernel::time
