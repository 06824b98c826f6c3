#pragma once

#include "vmm/config/diagnostic.hpp"
#include "vmm/machine/machine_config.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace vitrine {

/// What a config is read with.
struct ConfigOptions {
    std::filesystem::path artifacts;    ///< what `${vitrine}` at the start of a path stands for
    std::filesystem::path working;      ///< relative paths in overrides are relative to this folder
    std::vector<std::string> overrides; ///< `--set` arguments, applied in order before anything is checked
    bool files_must_exist = true;       ///< complain about missing kernels, modules and initramfs files
};

/// Reads a config file. Relative paths in it are relative to its folder. Throws ConfigError with all that is wrong;
/// std::system_error when the file cannot be read.
MachineConfig load_config(const std::filesystem::path& file, const ConfigOptions& options);

/// The same for a config at hand: `source.name` is for messages, relative paths are relative to `folder`.
MachineConfig parse_config(SourceText source, const std::filesystem::path& folder, const ConfigOptions& options);

/// A whole file. Throws std::system_error.
SourceText read_source(const std::filesystem::path& file);

} // namespace vitrine
