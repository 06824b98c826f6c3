#pragma once

#include <string>
#include <string_view>

namespace vitrine {

/// In quotation marks, as a C string literal: what does not print is escaped, in octal as strace has it.
std::string quoted(std::string_view bytes);

} // namespace vitrine
