#pragma once

#include "lib/types.hpp"

#include <array>

namespace kernel {

/// getrlimit(2)'s resources (asm-generic/resource.h).
enum class Resource : u32 {
    cpu_time = 0,
    file_size = 1,
    data = 2,
    stack = 3,
    core = 4,
    resident_set = 5,
    processes = 6,
    open_files = 7,
    locked_memory = 8,
    address_space = 9,
    file_locks = 10,
    pending_signals = 11,
    message_queues = 12,
    nice = 13,
    realtime_priority = 14,
    realtime_time = 15,
};
inline constexpr u32 resource_count = 16;

inline constexpr u64 unlimited = ~0ULL; ///< RLIM_INFINITY

/// struct rlimit64.
struct Limit {
    u64 soft;
    u64 hard;
};
static_assert(sizeof(Limit) == 16);

class Limits {
public:
    /// What init starts with: Linux's.
    Limits();

    Limit get(Resource resource) const { return limits_[static_cast<u32>(resource)]; }
    void set(Resource resource, Limit limit) { limits_[static_cast<u32>(resource)] = limit; }

private:
    std::array<Limit, resource_count> limits_;
};

/// The running process's soft limit; unlimited in kernel threads.
u64 soft_limit(Resource resource);

} // namespace kernel
