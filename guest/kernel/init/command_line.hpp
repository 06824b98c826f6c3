#pragma once

#include <optional>
#include <string_view>

/// The kernel command line: words separated by blanks, `name` or `name=value`; a value in double quotes may hold
/// blanks. What follows a lone `--` is for init.
namespace kernel::command_line {

/// The whole line, as the boot loader gave it.
std::string_view text();

/// The value of the last `name=value`, without its quotes; empty for a bare `name`. Nothing when it is not there.
std::optional<std::string_view> value(std::string_view name);
bool has(std::string_view name);
/// The same as a decimal number; nothing when it is none.
std::optional<unsigned> number(std::string_view name);

/// The same in a line given: the parser itself.
std::optional<std::string_view> find(std::string_view line, std::string_view name);
std::optional<unsigned> to_number(std::string_view value);
/// What follows the lone `--` in it.
std::string_view init_arguments(std::string_view line);

} // namespace kernel::command_line
