#pragma once

#include "vmm/boot/placement.hpp"

#include <span>
#include <string_view>

namespace vitrine {

/// A run of pages that a protocol fills with its structures, one after the other.
class BootArea {
public:
    BootArea(Placement& placement, const PlacementWish& wish);
    /// `size` bytes of type boot_data, in low memory where there is room, else in the next free place above.
    BootArea(Placement& placement, Bytes size, GuestAddress lowest = Placement::low_structures);

    /// Room for `size` bytes on a 16-byte boundary, still zero.
    GuestAddress reserve(Bytes size);
    GuestAddress put(std::span<const std::byte> bytes);
    /// With a terminating NUL.
    GuestAddress put_text(std::string_view text);

    template <typename T>
    GuestAddress put_table(std::span<const T> table)
    {
        return put(std::as_bytes(table));
    }
    template <typename T>
    GuestAddress put_value(const T& value)
    {
        return put(std::as_bytes(std::span{&value, 1}));
    }

private:
    const GuestMemory& memory_;
    GuestAddress next_;
    GuestAddress end_;
};

/// What BootArea needs for `size` bytes, alignment included.
constexpr Bytes room_for(std::uint64_t size) { return {(size + 15) / 16 * 16}; }

} // namespace vitrine
