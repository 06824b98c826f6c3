#pragma once

#include <string>
#include <string_view>

namespace vitrine::guest_test {

/// Where two texts that are not equal part: the first line that differs in both, and some lines that lead to it.
std::string describe_difference(std::string_view expected, std::string_view found);

} // namespace vitrine::guest_test
