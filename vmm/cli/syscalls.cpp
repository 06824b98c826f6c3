#include "vmm/cli/command.hpp"
#include "vmm/observe/syscall_coverage.hpp"
#include "vmm/observe/syscall_table.hpp"

#include <CLI/App.hpp>
#include <fmt/format.h>

#include <memory>

namespace vitrine::cli {
namespace {

void print_list()
{
    for (const SyscallSignature& call : syscall_table()) {
        std::string parameters;
        for (const SyscallParameter& each : call.parameters)
            parameters += fmt::format("{}{} {}", parameters.empty() ? "" : ", ", each.type, each.name);
        fmt::print("{:>3}  {}({})\n", call.number, call.name, parameters);
        if (!call.missing.empty())
            fmt::print("     without {}\n", call.missing);
    }
}

} // namespace

void add_syscalls(CLI::App& app, Action& action)
{
    const auto markdown = std::make_shared<bool>(false);
    CLI::App& command = *app.add_subcommand("syscalls", "List the system calls that the guest kernel has");
    command.add_flag("--markdown", *markdown, "Of all that Linux has, as docs/syscalls.md shows them");
    command.callback([markdown, &action] {
        action = [markdown] {
            if (*markdown)
                fmt::print("{}", syscall_coverage());
            else
                print_list();
            return 0;
        };
    });
}

} // namespace vitrine::cli
