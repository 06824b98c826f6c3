#pragma once

#include "vmm/guest_test/bounds.hpp"
#include "vmm/machine/machine_config.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace vitrine::guest_test {

/// What a test is about, and therefore asks of its machine, whatever `--set` makes of it.
struct MachineNeeds {
    Bounds cpus;
    std::optional<IrqChip> irqchip;
    std::optional<KernelModeChoice> kernel_mode;
    bool debug_kernel = false;

    /// What the machine lacks, in a sentence; nothing when the test makes sense on it.
    std::optional<std::string> unmet_by(const MachineConfig& machine, const std::filesystem::path& artifacts) const;
};

/// Its name below the folder of artifacts.
inline constexpr const char* debug_kernel_image = "kernel-debug.elf";

} // namespace vitrine::guest_test
