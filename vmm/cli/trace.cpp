#include "vmm/cli/command.hpp"
#include "vmm/observe/boot_chart.hpp"
#include "vmm/observe/strace.hpp"
#include "vmm/observe/trace_text.hpp"

#include <CLI/App.hpp>
#include <fmt/format.h>

#include <iostream>
#include <memory>

namespace vitrine::cli {
namespace {

constexpr const char* footer = R"(A trace is recorded by `vitrine run CONFIG --trace FILE`.

Examples:
  vitrine trace show out.vtrace --event sched --event page_fault
  vitrine trace show out.vtrace --cpu 0 --task 1
  vitrine trace boot out.vtrace
  vitrine trace strace out.vtrace)";

struct ShowArguments {
    std::filesystem::path file;
    TraceFilter filter;
};

void add_show(CLI::App& trace, Action& action)
{
    const auto arguments = std::make_shared<ShowArguments>();
    CLI::App& command = *trace.add_subcommand("show", "Print a trace's records, one a line, in order of time");
    command.add_option("file", arguments->file, "A .vtrace file")->required()->type_name("FILE");
    command.add_option("--event", arguments->filter.events, "Only this event, or this subsystem's; several times")
        ->type_name("NAME")
        ->allow_extra_args(false);
    command.add_option("--cpu", arguments->filter.cpu, "Only records of this vCPU")->type_name("N");
    command.add_option("--task", arguments->filter.task, "Only records of this task")->type_name("PID");
    command.callback([arguments, &action] {
        action = [arguments] {
            std::ios::sync_with_stdio(false);
            show_trace(arguments->file, arguments->filter, std::cout);
            std::cout.flush();
            return std::cout ? 0 : 1;
        };
    });
}

void add_boot(CLI::App& trace, Action& action)
{
    const auto file = std::make_shared<std::filesystem::path>();
    CLI::App& command = *trace.add_subcommand("boot", "Print how long each step of the guest kernel's boot took");
    command.add_option("file", *file, "A .vtrace file")->required()->type_name("FILE");
    command.callback([file, &action] {
        action = [file] {
            const Trace recorded = load_trace(*file);
            fmt::print("{}", boot_chart(recorded.schema, recorded.entries, recorded.tsc_khz));
            return 0;
        };
    });
}

void add_strace(CLI::App& trace, Action& action)
{
    const auto file = std::make_shared<std::filesystem::path>();
    CLI::App& command = *trace.add_subcommand("strace", "Print the system calls as strace -f does");
    command.add_option("file", *file, "A .vtrace file")->required()->type_name("FILE");
    command.callback([file, &action] {
        action = [file] {
            std::ios::sync_with_stdio(false);
            show_system_calls(load_trace(*file), std::cout);
            std::cout.flush();
            return std::cout ? 0 : 1;
        };
    });
}

} // namespace

void add_trace(CLI::App& app, Action& action)
{
    CLI::App& command = *app.add_subcommand("trace", "Look at what a guest's trace recorded");
    command.require_subcommand(1);
    command.footer(footer);
    add_show(command, action);
    add_boot(command, action);
    add_strace(command, action);
}

} // namespace vitrine::cli
