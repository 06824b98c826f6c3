#pragma once

#include "lib/types.hpp"

#include <string_view>

/// What the kernel's own operations cost, measured where no program sees them: bench/run modes compares the privilege
/// models by it. `kbench` on the command line runs them all in place of /init, `kbench=NAME` one. Each prints a line:
///
///     kbench memcpy: 812 ns, 1024 operations of 65536 bytes
///
/// The time is the median of several batches and is for one operation; the count is of all operations that were done,
/// for whoever has counted something else beside them.
namespace kernel {

struct Measured {
    u64 nanoseconds;
    u64 operations; ///< 0: it cannot be done on this machine
};

struct Benchmark {
    std::string_view name;
    Measured (*run)(u64 count); ///< does its operation about so often; in a task bound to CPU 0
    u64 bytes = 0;              ///< that an operation moves
    u64 enough = 4'000'000;     ///< nanoseconds for a batch, so that it does not matter what it takes to read the clock
};

/// Each in a file of its name.
namespace bench {
Measured copy_memory(u64 count);
Measured fill_memory(u64 count);
Measured switch_tasks(u64 count);
Measured tick(u64 count);
Measured call_other_cpu(u64 count);
inline constexpr u64 memory_block = 64 << 10;
} // namespace bench

bool benchmarks_wanted();
[[noreturn]] void run_benchmarks();

} // namespace kernel
