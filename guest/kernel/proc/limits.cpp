#include "kernel/proc/limits.hpp"

#include "kernel/proc/process.hpp"

namespace kernel {

Limits::Limits()
{
    constexpr u64 stack = 8UL * 1024 * 1024;
    constexpr u64 locked = 8UL * 1024 * 1024;
    constexpr u64 message_bytes = 819'200;
    constexpr u64 threads = 4096;
    limits_.fill({unlimited, unlimited});
    set(Resource::stack, {stack, unlimited});
    set(Resource::core, {0, unlimited});
    set(Resource::processes, {threads, threads});
    set(Resource::open_files, {1024, 4096});
    set(Resource::locked_memory, {locked, locked});
    set(Resource::pending_signals, {threads, threads});
    set(Resource::message_queues, {message_bytes, message_bytes});
    set(Resource::nice, {0, 0});
    set(Resource::realtime_priority, {0, 0});
}

u64 soft_limit(Resource resource)
{
    const Process* const process = Task::current().process;
    return process == nullptr ? unlimited : process->limits.get(resource).soft;
}

} // namespace kernel
