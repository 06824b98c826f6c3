#pragma once

#include "vmm/machine/address.hpp"

#include <chrono>
#include <optional>
#include <string_view>

namespace vitrine {

/// `128M`: a number of bytes, or of KiB, MiB, GiB, TiB with K, M, G, T behind it. Nothing when malformed or over 2^64.
std::optional<Bytes> parse_size(std::string_view text);

/// `10s`, `1.5ms`: a number with ns, us, ms, s, m or h behind it. Nothing when malformed or over 292 years.
std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text);

/// `0x1000`. Nothing when malformed or over 2^64.
std::optional<GuestAddress> parse_address(std::string_view text);

} // namespace vitrine
