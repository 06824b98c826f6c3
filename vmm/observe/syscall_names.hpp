#pragma once

#include <cstdint>
#include <string_view>

namespace vitrine {

/// The name of a Linux x86-64 system call; empty for numbers that have none.
std::string_view syscall_name(std::uint64_t number);

} // namespace vitrine
