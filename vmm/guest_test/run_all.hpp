#pragma once

#include "vmm/guest_test/result.hpp"

#include <cstddef>
#include <functional>

namespace vitrine::guest_test {

/// Runs `count` tests, `jobs` at a time, each in a forked process of its own: `run(i)` there gives test i's result, and
/// a crash is that test's failure alone. `finished(i, result)` is called here, in the order of i, and says whether to
/// go on: otherwise what still runs is killed. The calling process has one thread. Throws std::system_error.
void run_all(std::size_t count, unsigned jobs, const std::function<Result(std::size_t)>& run,
             const std::function<bool(std::size_t, const Result&)>& finished);

} // namespace vitrine::guest_test
