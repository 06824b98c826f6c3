#include "vmm/cli/command.hpp"
#include "vmm/cli/config_arguments.hpp"

#include <CLI/App.hpp>
#include <fmt/format.h>

#include <memory>

namespace vitrine::cli {

void add_validate(CLI::App& app, Action& action)
{
    const auto arguments = std::make_shared<ConfigArguments>();
    CLI::App& command = *app.add_subcommand("validate", "Check a config and the files it names, without running it");
    arguments->add_config(command);
    arguments->add_options(command);
    command.footer("Prints every error with its line, and what was expected there. Status: 0 good, 125 not.\n"
                   "`vitrine schema` prints the schema that configs are checked against.");
    command.callback([arguments, &action] {
        action = [arguments] {
            arguments->load();
            fmt::print(stderr, "{}: good\n", arguments->config.string());
            return 0;
        };
    });
}

} // namespace vitrine::cli
