#pragma once

#include "lib/format.hpp"
#include "lib/result.hpp"
#include "lib/types.hpp"

#include <string_view>

/// Sets of CPUs as text, the way Linux's bitmap_parse() and bitmap_parselist() read them.
namespace kernel {

/// "f", "0000000f", "00000000,0000000f": groups of up to eight hexadecimal digits. EINVAL; EOVERFLOW: CPUs above 31.
Result<u32> parse_cpu_mask(std::string_view text);
/// "0-2,7": EINVAL; ERANGE: CPUs above 31, or a range that goes down.
Result<u32> parse_cpu_list(std::string_view text);

/// As many digits as `cpus` CPUs take.
void format_cpu_mask(FormatSink& out, u32 mask, unsigned cpus);
void format_cpu_list(FormatSink& out, u32 mask);

} // namespace kernel
