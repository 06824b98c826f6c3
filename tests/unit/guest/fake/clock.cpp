#include "arch/clock.hpp"

#include "tests/unit/guest/fake/machine.hpp"

namespace {
u64 now = 0;
} // namespace

namespace fake {
void set_time(std::uint64_t nanoseconds) { now = nanoseconds; }
} // namespace fake

namespace kernel::time {
u64 monotonic() { return now; }
} // namespace kernel::time

namespace arch {
u64 timestamp_counter() { return now * 3; }
} // namespace arch
