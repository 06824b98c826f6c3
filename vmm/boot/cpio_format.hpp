#pragma once

#include <cstdint>
#include <string_view>

/// What writing and reading newc share.
namespace vitrine::cpio {

inline constexpr std::string_view magic = "070701";
inline constexpr std::string_view trailer = "TRAILER!!!";
inline constexpr std::uint64_t field_digits = 8;
inline constexpr std::uint64_t max_name = 4096; ///< Linux's PATH_MAX, the NUL included

/// The header's fields, in order, after the magic.
enum Field : unsigned {
    inode,
    mode,
    uid,
    gid,
    links,
    time,
    file_size,
    major,
    minor,
    device_major,
    device_minor,
    name_size,
    check,
    field_count
};
inline constexpr std::uint64_t header_size = magic.size() + field_count * field_digits;
static_assert(header_size == 110);

constexpr std::uint64_t padded(std::uint64_t offset) { return (offset + 3) & ~std::uint64_t{3}; }

} // namespace vitrine::cpio
