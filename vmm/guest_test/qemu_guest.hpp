#pragma once

#include "vmm/guest_test/test_console.hpp"
#include "vmm/machine/machine_config.hpp"
#include "vmm/machine/outcome.hpp"

namespace vitrine::guest_test {

bool qemu_is_installed();

/// Runs a config's guest under QEMU's emulator instead of KVM, as far as QEMU can: the outcome is guest_exit (with
/// the low seven bits of the status), timeout or vmm_error. Throws std::system_error, ImageError.
Outcome run_qemu_guest(const MachineConfig& config, TestConsole& console);

} // namespace vitrine::guest_test
