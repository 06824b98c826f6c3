#pragma once

#include <concepts>
#include <optional>

namespace kernel {

/// a + b, or nothing when that does not fit: for sizes and addresses that come from users.
template <std::unsigned_integral T>
constexpr std::optional<T> checked_add(T a, T b)
{
    T sum;
    if (__builtin_add_overflow(a, b, &sum))
        return std::nullopt;
    return sum;
}

/// a * b, or nothing when that does not fit.
template <std::unsigned_integral T>
constexpr std::optional<T> checked_multiply(T a, T b)
{
    T product;
    if (__builtin_mul_overflow(a, b, &product))
        return std::nullopt;
    return product;
}

} // namespace kernel
