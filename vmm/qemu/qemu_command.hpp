#pragma once

#include "vmm/machine/machine_config.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace vitrine {

/// QEMU's program and arguments for the guest that `config` describes, on its `microvm` machine, console on stdio. Any
/// image with a PVH note will boot. The guest's status V comes out as V << 1 | 1 (isa-debug-exit); QEMU knows nothing
/// of `timeout`. `initramfs` is the cpio file to boot with; empty: none. `accelerator`: "tcg" or "kvm".
std::vector<std::string> qemu_command(const MachineConfig& config, const std::filesystem::path& initramfs,
                                      const std::string& accelerator);

/// The words as one line that a POSIX shell reads as those words.
std::string shell_quoted(const std::vector<std::string>& words);

} // namespace vitrine
