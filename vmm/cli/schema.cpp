#include "vmm/config/schema.hpp"

#include "vmm/cli/command.hpp"

#include <CLI/App.hpp>

#include <cstdio>

namespace vitrine::cli {

void add_schema(CLI::App& app, Action& action)
{
    CLI::App& command = *app.add_subcommand("schema", "Print the JSON Schema of configs");
    command.footer("With it, editors complete and check configs: save it and name it in a config's \"$schema\".");
    command.callback([&action] {
        action = [] {
            std::fwrite(machine_schema_text.data(), 1, machine_schema_text.size(), stdout);
            return std::fflush(stdout) == 0 ? 0 : 1;
        };
    });
}

} // namespace vitrine::cli
