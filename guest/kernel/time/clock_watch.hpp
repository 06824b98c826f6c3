#pragma once

/// What is to be done for clock sources every now and then; for the files of kernel/time.
namespace kernel::time {

/// Compares the clock sources that need it with the reference, and keeps the timekeeper from losing count. True: it
/// needs to be done again.
bool check_clock_sources();

/// Has it done regularly, from now on, if it needs to be. Not before there are timers.
void watch_clock_sources();
/// Timers can be started now.
void begin_clock_watch();

} // namespace kernel::time
