#include "kernel/proc/script.hpp"

namespace kernel::proc {
namespace {

bool is_blank(char character) { return character == ' ' || character == '\t'; }

std::string_view trim(std::string_view text)
{
    while (!text.empty() && is_blank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back()))
        text.remove_suffix(1);
    return text;
}

} // namespace

Result<std::optional<ScriptLine>> parse_script_line(std::string_view text)
{
    if (!text.starts_with("#!"))
        return std::optional<ScriptLine>{};
    const std::size_t end = text.find('\n');
    const bool is_cut = end == std::string_view::npos;
    const std::string_view line = trim(text.substr(0, end).substr(2));
    std::size_t length = 0;
    while (length < line.size() && !is_blank(line[length]))
        ++length;
    if (length == 0 || (is_cut && length == line.size()))
        return Errno::enoexec;
    return std::optional{ScriptLine{line.substr(0, length), trim(line.substr(length))}};
}

} // namespace kernel::proc
