#pragma once

#include "vmm/config/load_config.hpp"
#include "vmm/machine/machine_config.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace vitrine::cli {

/// The arguments of commands that read a machine config.
struct ConfigArguments {
    std::filesystem::path config;
    std::vector<std::string> set;
    std::string artifacts; ///< empty: default_artifacts()

    /// The options that such commands share: --set and --artifacts.
    void add_options(CLI::App& command);
    /// And the config file itself.
    void add_config(CLI::App& command);

    /// An override from an option of its own: `--timeout 5s` is `--set timeout="5s"`.
    void set_string(std::string_view key, std::string_view value);

    ConfigOptions options() const;
    /// Throws as vitrine::load_config does.
    MachineConfig load() const;
};

} // namespace vitrine::cli
