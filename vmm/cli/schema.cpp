#include "vmm/config/schema.hpp"

#include "vmm/cli/command.hpp"

#include <CLI/App.hpp>

#include <cstdio>
#include <memory>
#include <string>

namespace vitrine::cli {

namespace {

std::string check_name(const std::string& name)
{
    return name == "config" || name == "test" ? std::string{} : "there are only `config` and `test`";
}

} // namespace

void add_schema(CLI::App& app, Action& action)
{
    const auto which = std::make_shared<std::string>("config");
    CLI::App& command = *app.add_subcommand("schema", "Print the JSON Schema of configs, or of tests");
    command.add_option("which", *which, "`config` or `test` [config]")->type_name("WHICH")->check(check_name);
    command.footer("With it, editors complete and check configs: save it and name it in a config's \"$schema\".");
    command.callback([which, &action] {
        action = [which] {
            const std::string_view text = *which == "test" ? test_schema_text : machine_schema_text;
            std::fwrite(text.data(), 1, text.size(), stdout);
            return std::fflush(stdout) == 0 ? 0 : 1;
        };
    });
}

} // namespace vitrine::cli
