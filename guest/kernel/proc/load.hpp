#pragma once

#include "kernel/fs/file_system.hpp"
#include "kernel/proc/program.hpp"

namespace kernel::proc {

/// Loads what `path` names, as `view` sees it: a program, or a script, whose interpreter is loaded instead and
/// gets the script as its argument. Errors of load_program(), and of the look-up.
Result<Program> load_by_name(const fs::View& view, std::string_view path, const ArgumentStrings& strings);

} // namespace kernel::proc
