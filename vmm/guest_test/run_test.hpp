#pragma once

#include "vmm/config/load_config.hpp"
#include "vmm/guest_test/guest_test.hpp"
#include "vmm/guest_test/result.hpp"

#include <cstdint>
#include <filesystem>

namespace vitrine::guest_test {

struct RunOptions {
    ConfigOptions config;        ///< those of every test: artifacts, overrides
    std::uint64_t seed = 1;      ///< what ${seed} stands for in this run
    std::filesystem::path trace; ///< where the trace is written, should the test have one; empty: nowhere
};

/// Runs a test in this process and judges it. Does not throw. Takes the process with it (SIGALRM) should the machine
/// not come back: see run_all.
Result run_test(const GuestTest& test, const RunOptions& options);

} // namespace vitrine::guest_test
