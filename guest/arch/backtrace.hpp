#pragma once

#include "arch/context.hpp"
#include "lib/format.hpp"
#include "lib/types.hpp"

#include <span>

namespace arch {

/// The return addresses of the calls that led here, innermost first, as many as there is room for. Any context.
void capture_backtrace(std::span<u64> addresses);
/// Those of a task that does not run, and stays so meanwhile. At least one.
void capture_backtrace(const Context& context, std::span<u64> addresses);

/// "function+0x12", from the kernel's table of names, for a return address.
void format_code_address(kernel::FormatSink& sink, u64 address);

/// "function", for the address at which it begins.
void format_function(kernel::FormatSink& sink, u64 address);

} // namespace arch
