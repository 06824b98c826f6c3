#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace vitrine::cli {

/// What a subcommand does once the command line is understood; returns the exit status. May throw.
using Action = std::function<int()>;

/// Each adds its subcommand to the program; when the command line names it, `action` becomes what it does.
void add_run(CLI::App& app, Action& action);
void add_validate(CLI::App& app, Action& action);
void add_schema(CLI::App& app, Action& action);
void add_doctor(CLI::App& app, Action& action);
void add_test(CLI::App& app, Action& action);
void add_qemu(CLI::App& app, Action& action);
void add_trace(CLI::App& app, Action& action);
void add_syscalls(CLI::App& app, Action& action);
void add_version(CLI::App& app, Action& action);

} // namespace vitrine::cli
