#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>

namespace vitrine {

/// A number of bytes.
struct Bytes {
    std::uint64_t value = 0;
    constexpr auto operator<=>(const Bytes&) const = default;
    friend constexpr Bytes operator+(Bytes a, Bytes b) { return {a.value + b.value}; }
};

namespace literals {
constexpr Bytes operator""_KiB(unsigned long long n) { return {n << 10}; }
constexpr Bytes operator""_MiB(unsigned long long n) { return {n << 20}; }
constexpr Bytes operator""_GiB(unsigned long long n) { return {n << 30}; }
} // namespace literals

/// A guest-physical address. Only GuestMemory turns it into host memory.
struct GuestAddress {
    std::uint64_t value = 0;
    constexpr auto operator<=>(const GuestAddress&) const = default;
    friend constexpr GuestAddress operator+(GuestAddress a, Bytes b) { return {a.value + b.value}; }
    friend constexpr Bytes operator-(GuestAddress a, GuestAddress b) { return {a.value - b.value}; }
};

inline constexpr Bytes page_size{4096};

} // namespace vitrine
