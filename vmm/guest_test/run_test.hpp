#pragma once

#include "vmm/config/load_config.hpp"
#include "vmm/guest_test/guest_test.hpp"
#include "vmm/guest_test/result.hpp"

namespace vitrine::guest_test {

/// Runs a test in this process and judges it. `options` are those of every test: artifacts, overrides. Does not throw.
/// Takes the process with it (SIGALRM) should the machine not come back: see run_all.
Result run_test(const GuestTest& test, const ConfigOptions& options);

} // namespace vitrine::guest_test
