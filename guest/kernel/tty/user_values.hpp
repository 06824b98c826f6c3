#pragma once

#include "arch/user_access.hpp"

#include <span>

/// What ioctl(2)'s argument points to.
namespace kernel::tty {

template <typename T>
Result<T> read_user(u64 address)
{
    T value{};
    TRY(arch::copy_from_user(std::as_writable_bytes(std::span{&value, 1}), {address}));
    return value;
}

/// 0: what most ioctls give.
template <typename T>
Result<i64> write_user(u64 address, const T& value)
{
    TRY(arch::copy_to_user({address}, std::as_bytes(std::span{&value, 1})));
    return i64{0};
}

} // namespace kernel::tty
