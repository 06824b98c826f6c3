#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>

using u8 = std::uint8_t;
using u16 = std::uint16_t;
using u32 = std::uint32_t;
using u64 = std::uint64_t;
using i32 = std::int32_t;
using i64 = std::int64_t;
__extension__ using u128 = unsigned __int128; ///< products and shifts only: the kernel has no function to divide it

namespace kernel {

inline constexpr u64 page_size = 4096;
inline constexpr u64 page_mask = page_size - 1;

constexpr u64 align_down(u64 value, u64 alignment) { return value & ~(alignment - 1); }
constexpr u64 align_up(u64 value, u64 alignment) { return align_down(value + alignment - 1, alignment); }

/// Guest-physical.
struct PhysicalAddress {
    u64 value = 0;
    constexpr auto operator<=>(const PhysicalAddress&) const = default;
    friend constexpr PhysicalAddress operator+(PhysicalAddress a, u64 bytes) { return {a.value + bytes}; }
};

struct VirtualAddress {
    u64 value = 0;
    constexpr auto operator<=>(const VirtualAddress&) const = default;
    friend constexpr VirtualAddress operator+(VirtualAddress a, u64 bytes) { return {a.value + bytes}; }
    constexpr VirtualAddress page() const { return {align_down(value, page_size)}; }
};

} // namespace kernel
