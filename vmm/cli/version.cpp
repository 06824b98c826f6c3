#include "vmm/cli/command.hpp"

#include <CLI/App.hpp>

#include <cstdio>

namespace vitrine::cli {

void add_version(CLI::App& app, Action& action)
{
    CLI::App& command = *app.add_subcommand("version", "Print the version");
    command.callback([&action] {
        action = [] {
            std::puts("vitrine " VITRINE_VERSION);
            return 0;
        };
    });
}

} // namespace vitrine::cli
