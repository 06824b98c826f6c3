#include "kernel/time/sleep.hpp"
#include "kernel/sched/schedule.hpp"

namespace kernel::sched {

void sleep_until(u64 deadline) { time::sleep_until(time::Clock::monotonic, deadline); }

} // namespace kernel::sched
