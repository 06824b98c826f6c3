#pragma once

#include "vmm/guest_test/result.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace vitrine::guest_test {

struct RepeatOptions {
    std::size_t times = 1;
    std::uint64_t seed = 1;     ///< of each test's first run; the second has the next
    unsigned jobs = 1;          ///< how many run at once
    bool keep_going = false;    ///< after a run that failed
    std::filesystem::path keep; ///< folder for what failed runs leave; made when needed. Empty: they leave nothing
};

struct TestRun {
    std::size_t test;
    std::uint64_t seed;
    std::filesystem::path trace; ///< where to write a trace; empty: nowhere
};

/// Runs each of the named tests `times` times, `run` in processes of their own as run_all does. `finished(test,
/// result)` is called in the order of the names with what its runs came to: passed if all did. Whether it came to the
/// end: the first failure stops it, unless told to keep going. Throws std::system_error,
/// std::filesystem::filesystem_error.
bool run_repeatedly(const std::vector<std::string>& names, const RepeatOptions& options,
                    const std::function<Result(const TestRun&)>& run,
                    const std::function<void(std::size_t test, const Result&)>& finished);

} // namespace vitrine::guest_test
