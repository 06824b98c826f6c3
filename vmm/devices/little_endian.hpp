#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace vitrine {

/// The number in a bus access's data, which has up to 8 bytes.
inline std::uint64_t load_little_endian(std::span<const std::byte> data)
{
    std::uint64_t value = 0;
    for (std::size_t i = data.size(); i > 0; --i)
        value = value << 8 | std::to_integer<std::uint64_t>(data[i - 1]);
    return value;
}

/// Fills `data` with `value`, its low bytes first; bytes beyond the eighth become zero.
inline void store_little_endian(std::span<std::byte> data, std::uint64_t value)
{
    for (std::byte& byte : data) {
        byte = static_cast<std::byte>(value);
        value >>= 8;
    }
}

} // namespace vitrine
