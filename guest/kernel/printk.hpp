#pragma once

#include "lib/format.hpp"

#include <string_view>

namespace kernel {

/// Linux's levels.
enum class LogLevel : u8 { emergency, alert, critical, error, warning, notice, info, debug };

/// Puts one line, time-stamped, into the kernel log, and on the console if `level` is below the console level.
void log(LogLevel level, std::string_view line);

/// `printk(LogLevel::info, "cpu {}: {:x}", n, address)`: one line, without '\n'. Cut off at 256 characters. Any
/// context.
template <typename... Arguments>
void printk(LogLevel level, FormatString<std::type_identity_t<Arguments>...> format, const Arguments&... arguments)
{
    FormatBuffer<256> line;
    format_to(line, format, arguments...);
    log(level, line.view());
}

/// Linux's console_loglevel: lines of a level below it reach the console. Every character costs a VM exit there, so a
/// boot that goes well prints nothing: the default of 5 lets warnings through, `info` and below go to the log only.
inline constexpr unsigned default_console_level = 5;
inline constexpr unsigned quiet_console_level = 4;
void set_console_level(unsigned level);

/// Applies `loglevel=N`, `quiet` and `debug` from the kernel command line.
void configure_log(std::string_view command_line);

/// Prints the log so far, as far as the console level lets it: for a console that has just been attached.
void replay_log();

/// From now on every line reaches the console and no lock is taken: this CPU panics, and whoever holds the lock may
/// have been stopped.
void log_without_lock();

/// Prints the message, registers and a symbolised backtrace, and ends the run with the panic status.
[[noreturn]] void panic(std::string_view message);

} // namespace kernel
