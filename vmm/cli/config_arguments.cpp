#include "vmm/cli/config_arguments.hpp"

#include "vmm/cli/artifacts.hpp"

#include <CLI/App.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace vitrine::cli {

void ConfigArguments::add_options(CLI::App& command)
{
    command
        .add_option("--set", set,
                    "Override a key of the config: cpus=2, memory.size=1G, cmdline=\"quiet\". The value is JSON, or "
                    "else a string; may be given several times")
        ->type_name("KEY=VALUE")
        ->allow_extra_args(false);
    command
        .add_option("--artifacts", artifacts,
                    "Folder that ${vitrine} stands for in configs [$VITRINE_ARTIFACTS, or ../guest beside vitrine]")
        ->type_name("DIR");
}

void ConfigArguments::add_config(CLI::App& command)
{
    command.add_option("config", config, "The machine's config, a JSON file")->required()->type_name("CONFIG");
}

void ConfigArguments::set_string(std::string_view key, std::string_view value)
{
    set.push_back(fmt::format("{}={}", key, nlohmann::json(value).dump()));
}

ConfigOptions ConfigArguments::options() const
{
    return {.artifacts = artifacts.empty() ? default_artifacts() : std::filesystem::absolute(artifacts),
            .working = std::filesystem::current_path(),
            .overrides = set};
}

MachineConfig ConfigArguments::load() const { return load_config(config, options()); }

} // namespace vitrine::cli
