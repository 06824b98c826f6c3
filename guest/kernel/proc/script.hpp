#pragma once

#include "lib/result.hpp"

#include <optional>
#include <string_view>

namespace kernel::proc {

/// The first line of a script (execve(2)): what interprets it, and with which argument, if any.
struct ScriptLine {
    std::string_view interpreter;
    std::string_view argument;
};

/// `text`: how the file begins; its whole first line, if it is not too long. Nothing when that is no "#!". ENOEXEC when
/// it names no interpreter, or not all of it.
Result<std::optional<ScriptLine>> parse_script_line(std::string_view text);

} // namespace kernel::proc
