#include "vmm/cli/command.hpp"
#include "vmm/cli/report_error.hpp"
#include "vmm/machine/outcome.hpp"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <cstdio>
#include <fcntl.h>
#include <malloc.h>
#include <memory>
#include <unistd.h>

namespace {

using namespace vitrine;

constexpr const char* description = R"(vitrine: a glass case for a kernel.
Boots a guest under KVM from a JSON config and shows what it does through its VM exits.)";

constexpr const char* footer = R"(Examples:
  vitrine run configs/hello.json               boot a guest; its console is here, its status is ours
  vitrine run configs/hello.json --set cpus=2  change one thing for one run
  vitrine validate my.json                     check a config without running it
  vitrine doctor                               what this machine's /dev/kvm can do
  vitrine test tests/guest                     run guest tests

Exit status of run: the guest's own; 124 when its time was up; 125 when the machine could not be built or died;
128 + N when signal N stopped it.
`vitrine COMMAND --help` tells more of each command.)";

/// Whoever starts us with a standard descriptor closed must not find the guest's console in /dev/kvm or a trace file
/// because that was opened next.
void occupy_standard_descriptors()
{
    int last = 0;
    do
        last = ::open("/dev/null", O_RDWR);
    while (last >= 0 && last <= STDERR_FILENO);
    if (last > STDERR_FILENO)
        ::close(last);
}

/// What CLI11 calls a missing subcommand when the word it found is none.
bool names_unknown_command(const CLI::App& app, int argc, char** argv)
{
    const auto is_named = [&](const CLI::App* command) { return command->get_name() == argv[1]; };
    return argc > 1 && argv[1][0] != '-' && app.get_subcommands(is_named).empty();
}

} // namespace

int main(int argc, char** argv)
{
    occupy_standard_descriptors();
    mallopt(M_ARENA_MAX, 1); // few allocations happen beside each other: not worth the time that a heap a thread costs

    CLI::App app{description, "vitrine"};
    app.footer(footer);
    app.require_subcommand(1);

    cli::Action action;
    for (const auto add : {cli::add_run, cli::add_validate, cli::add_schema, cli::add_doctor, cli::add_test,
                           cli::add_trace, cli::add_qemu, cli::add_syscalls, cli::add_version})
        add(app, action);

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (names_unknown_command(app, argc, argv)) {
            fmt::print(stderr, "vitrine: there is no command {}: see vitrine --help\n", argv[1]);
            return status_vmm_error;
        }
        return app.exit(error) == 0 ? 0 : status_vmm_error;
    }
    return cli::report_errors_of(action);
}
