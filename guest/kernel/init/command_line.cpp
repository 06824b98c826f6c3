#include "kernel/init/command_line.hpp"

namespace kernel::command_line {
namespace {

/// Takes the first word off `line`; quotes keep blanks together.
std::string_view next_word(std::string_view& line)
{
    while (!line.empty() && line.front() == ' ')
        line.remove_prefix(1);
    bool quoted = false;
    std::size_t end = 0;
    for (; end < line.size() && (quoted || line[end] != ' '); ++end)
        quoted ^= line[end] == '"';
    const std::string_view word = line.substr(0, end);
    line.remove_prefix(end);
    return word;
}

std::string_view without_quotes(std::string_view value)
{
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
        return value.substr(1, value.size() - 2);
    return value;
}

constexpr std::string_view end_of_options = "--";

} // namespace

std::optional<std::string_view> find(std::string_view line, std::string_view name)
{
    std::optional<std::string_view> found;
    while (true) {
        const std::string_view word = next_word(line);
        if (word.empty() || word == end_of_options)
            return found;
        if (word == name)
            found = std::string_view{};
        else if (word.starts_with(name) && word[name.size()] == '=')
            found = without_quotes(word.substr(name.size() + 1));
    }
}

std::optional<unsigned> to_number(std::string_view value)
{
    unsigned number = 0;
    for (const char digit : value)
        if (digit < '0' || digit > '9' || __builtin_mul_overflow(number, 10U, &number) ||
            __builtin_add_overflow(number, static_cast<unsigned>(digit - '0'), &number))
            return {};
    return value.empty() ? std::nullopt : std::optional{number};
}

std::string_view init_arguments(std::string_view line)
{
    while (true) {
        const std::string_view word = next_word(line);
        if (word == end_of_options) {
            line.remove_prefix(line.empty() ? 0 : 1);
            return line;
        }
        if (word.empty())
            return {};
    }
}

} // namespace kernel::command_line
