#pragma once

#include <cstddef>
#include <sys/types.h>

namespace bench {

struct MemoryUse {
    double resident_mib = 0;     ///< Rss
    double proportional_mib = 0; ///< Pss: a page that n processes share counts 1/n
};

/// What `process` has in memory besides its guest's RAM: the mappings in /proc/PID/smaps but for those of `guest_ram`
/// bytes or more. Throws std::runtime_error when there is no such mapping: then the guest's RAM would be counted.
MemoryUse memory_beyond_guest(pid_t process, std::size_t guest_ram);

} // namespace bench
