#pragma once

#include "lib/types.hpp"

#include <string_view>

namespace kernel::sched {

/// Why a task comes to another CPU.
enum class Migration : u8 {
    wakeup,
    idle_balance,
    periodic_balance,
    affinity,
    hot_unplug,
    realtime_push,
    realtime_pull,
    count
};

inline constexpr std::string_view migration_names[] = {"wakeup",     "idle",          "periodic",     "affinity",
                                                       "hot_unplug", "realtime_push", "realtime_pull"};

/// What has happened on one run queue since it is there. Under its lock.
struct QueueStatistics {
    u64 schedules = 0; ///< times that the CPU was to be given away
    u64 switches = 0;  ///< and was, to another task
    u64 idles = 0;     ///< or to none
    u64 yields = 0;
    u64 wakeups = 0;       ///< tasks that were woken onto this queue
    u64 local_wakeups = 0; ///< by this CPU
    u64 balances = 0;      ///< times that it looked for tasks on other queues
    u64 runtime = 0;       ///< nanoseconds that tasks have run
    u64 wait_time = 0;     ///< and waited to run
    u64 turns = 0;         ///< times that a task was given the CPU after it waited
    u64 migrations_in[static_cast<unsigned>(Migration::count)] = {};
};

} // namespace kernel::sched
