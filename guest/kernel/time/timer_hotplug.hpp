#pragma once

/// What happens to timers when the clock is set and when a CPU goes; for the files of kernel/time and kernel/smp.
namespace kernel::time {

/// This CPU's timers go by the realtime clock as it is set now.
void adopt_realtime_offset();

/// The timers, and the wheel's, of a CPU that does not run any more become this CPU's. One such call at a time: two
/// queues are locked.
void take_over_timers(unsigned dead_cpu);
void take_over_wheel(unsigned dead_cpu);

} // namespace kernel::time
