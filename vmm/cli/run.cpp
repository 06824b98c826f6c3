#include "vmm/cli/command.hpp"
#include "vmm/cli/config_arguments.hpp"
#include "vmm/cli/statistics_output.hpp"
#include "vmm/kvm/unique_fd.hpp"
#include "vmm/machine/machine.hpp"

#include <CLI/App.hpp>
#include <fmt/format.h>

#include <cerrno>
#include <fcntl.h>
#include <memory>
#include <string>
#include <system_error>
#include <unistd.h>

namespace vitrine::cli {
namespace {

constexpr const char* footer = R"(The guest's console is on stdout and stdin (Ctrl-A X quits); all else goes to stderr.
Status: the guest's own; 124 when its time was up; 125 when the machine could not be built or died; 128 + N when
signal N stopped it.

Examples:
  vitrine run configs/hello.json
  vitrine run configs/hello.json --set cpus=4 --timeout 10s --stats json --stats-file exits.json
  vitrine run configs/hello.json --trace out.vtrace && vitrine trace show out.vtrace)";

struct RunArguments {
    ConfigArguments config;
    StatisticsOutput statistics;
    std::string kernel;
    std::string initramfs;
    std::string timeout;
    std::string trace;
    std::string trace_channel;
    bool boot_chart = false;
};

/// Options that are short for a --set become one, so that there is one way in and one check.
void add_overrides(RunArguments& arguments)
{
    const auto set = [&](const char* key, const std::string& value) {
        if (!value.empty())
            arguments.config.set_string(key, value);
    };
    set("kernel", arguments.kernel);
    set("initramfs", arguments.initramfs);
    set("timeout", arguments.timeout);
    set("trace.output", arguments.trace);
    set("trace.channel", arguments.trace_channel);
}

UniqueFd create_console_file(const std::filesystem::path& path)
{
    UniqueFd fd{::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)};
    if (!fd)
        throw std::system_error{errno, std::generic_category(), "cannot create " + path.string()};
    return fd;
}

void report_outcome(const Outcome& outcome)
{
    if (outcome.is_death())
        fmt::print(stderr, "{}{}", outcome.report, outcome.report.ends_with('\n') ? "" : "\n");
    else if (outcome.ending != Ending::guest_exit)
        fmt::print(stderr, "vitrine: {}: {}\n", to_string(outcome.ending), outcome.reason);
    else if (outcome.status == status_timeout || outcome.status == status_vmm_error)
        fmt::print(stderr, "vitrine: the status {} is the guest's own\n", outcome.status);
}

void report_trace(const TraceSummary& trace)
{
    for (const std::string& complaint : trace.complaints)
        fmt::print(stderr, "vitrine: trace: {}\n", complaint);
    for (const TraceLosses& lost : trace.losses) {
        if (lost.dropped > 0)
            fmt::print(stderr, "vitrine: trace: vCPU {} lost {} records: its ring was full\n", lost.cpu, lost.dropped);
    }
}

int run(RunArguments& arguments)
{
    add_overrides(arguments);
    MachineConfig config = arguments.config.load();
    if (arguments.boot_chart && config.trace.channel == TraceChannelChoice::off) {
        config.trace.channel = TraceChannelChoice::ring;
        config.trace.events = {"boot"};
    }

    arguments.statistics.open();
    UniqueFd console_file;
    MachineIo io;
    if (config.console == ConsoleMode::stdio)
        io = {.console_input = STDIN_FILENO, .console_output = STDOUT_FILENO, .console_observer = {}};
    else if (config.console == ConsoleMode::file)
        io.console_output = (console_file = create_console_file(config.console_file)).get();

    Machine machine{std::move(config), std::move(io)};
    const Outcome outcome = machine.run();
    report_outcome(outcome);
    const TraceSummary trace = machine.trace_summary();
    report_trace(trace);
    if (arguments.boot_chart)
        fmt::print(stderr, "{}", trace.boot_chart.empty() ? "no boot steps were traced\n" : trace.boot_chart);
    arguments.statistics.write(machine.exit_statistics());
    return outcome.status;
}

} // namespace

void add_run(CLI::App& app, Action& action)
{
    const auto arguments = std::make_shared<RunArguments>();
    CLI::App& command = *app.add_subcommand("run", "Boot a guest and run it to its end");
    arguments->config.add_config(command);
    arguments->config.add_options(command);
    command.add_option("--kernel", arguments->kernel, "Boot this image instead")->type_name("FILE");
    command.add_option("--initramfs", arguments->initramfs, "Use this cpio file instead")->type_name("FILE");
    command.add_option("--timeout", arguments->timeout, "End the run after this time: 10s, 500ms")->type_name("TIME");
    command.add_option("--trace", arguments->trace, "Record the guest's trace events in this file")->type_name("FILE");
    command.add_option("--trace-channel", arguments->trace_channel, "How events reach us: ring, exit or off")
        ->type_name("CHANNEL");
    command.add_flag("--boot-chart", arguments->boot_chart, "Show how long each step of the guest kernel's boot took");
    arguments->statistics.add_options(command);
    command.footer(footer);
    command.callback([arguments, &action] { action = [arguments] { return run(*arguments); }; });
}

} // namespace vitrine::cli
