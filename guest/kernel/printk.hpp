#pragma once

#include "lib/format.hpp"

#include <string_view>

namespace kernel {

/// Linux's levels.
enum class LogLevel { emergency, alert, critical, error, warning, notice, info, debug };

void log(LogLevel level, std::string_view line);

/// One line to the kernel log and, up to the console level, the console: `printk(LogLevel::info, "cpu {}: {:x}", n,
/// address)`. A time stamp is put before it. Any context.
template <typename... Arguments>
void printk(LogLevel level, std::string_view format, const Arguments&... arguments)
{
    FormatBuffer<256> line;
    format_to(line, format, arguments...);
    log(level, line.view());
}

/// Prints the message, registers and a symbolised backtrace, and ends the run with the panic status.
[[noreturn]] void panic(std::string_view message);

} // namespace kernel
