#pragma once

#include "lib/result.hpp"

#include <string_view>

namespace kernel {

/// "ENOENT"; "E?" for a number without a name.
std::string_view errno_name(Errno error);

} // namespace kernel
