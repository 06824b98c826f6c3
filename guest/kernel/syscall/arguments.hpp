#pragma once

#include "arch/user_access.hpp"
#include "kernel/fs/transfer.hpp"
#include "lib/result.hpp"
#include "lib/types.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <type_traits>

/// The types of system-call arguments. A user address is never a pointer: what it points at is reached only through
/// these, which check it and can fail.
namespace kernel::syscall {

/// What a system call returns: rax, or the errno that becomes its negative.
using SyscallResult = Result<i64>;

/// A file descriptor, or AT_FDCWD for calls that take a directory.
struct Descriptor {
    u32 number;
    static constexpr u32 current_directory = static_cast<u32>(-100); ///< AT_FDCWD
};

/// One T that the kernel reads. EFAULT.
template <typename T>
struct UserIn {
    u64 address;

    bool is_null() const { return address == 0; }
    Result<T> read() const
    {
        static_assert(std::is_trivially_copyable_v<T>);
        T value;
        TRY(arch::copy_from_user(std::as_writable_bytes(std::span{&value, 1}), {address}));
        return value;
    }
};

/// One T that the kernel writes. EFAULT.
template <typename T>
struct UserOut {
    u64 address;

    bool is_null() const { return address == 0; }
    Result<void> write(const T& value) const
    {
        static_assert(std::is_trivially_copyable_v<T>);
        return arch::copy_to_user({address}, std::as_bytes(std::span{&value, 1}));
    }
    /// For results that the caller may do without.
    Result<void> write_if_wanted(const T& value) const { return is_null() ? Result<void>{} : write(value); }
};

/// Many T that the kernel reads. EFAULT.
template <typename T>
struct UserArray {
    u64 address;

    bool is_null() const { return address == 0; }
    Result<void> read_all(std::span<T> to) const { return arch::copy_from_user(std::as_writable_bytes(to), {address}); }
    Result<T> read(u64 index) const { return UserIn<T>{address + index * sizeof(T)}.read(); }
};

/// Bytes of which another argument tells how many: to be read from, or written to.
struct UserBytes {
    u64 address;

    /// EFAULT when `size` bytes from here on are not all in the user half: before anything is moved.
    Result<void> check(u64 size) const
    {
        if (!arch::is_user_range({address}, size))
            return Errno::efault;
        return {};
    }
    bool is_null() const { return address == 0; }
    Result<void> read(std::span<std::byte> bytes) const { return arch::copy_from_user(bytes, {address}); }
    Result<void> write(std::span<const std::byte> bytes) const { return arch::copy_to_user({address}, bytes); }
};

inline constexpr u64 max_path = 4096; ///< PATH_MAX, the NUL included

/// A string that ends in a NUL.
struct UserString {
    u64 address;

    bool is_null() const { return address == 0; }
    /// The string, within `room`. EFAULT; ENAMETOOLONG when there is too little room.
    Result<std::string_view> copy_to(std::span<char> room) const
    {
        const u64 length = TRY(arch::copy_string_from_user(room, {address}));
        return std::string_view{room.data(), length};
    }
};

/// The same, when the call only reads or only writes: traces show what is there before it, or after it. The bytes'
/// number is the next argument.
struct UserInBytes : UserBytes {};
struct UserOutBytes : UserBytes {};

// Integers whose type says how a trace shows them.
using Address = u64;
using OpenFlags = u32;     ///< O_*
using FileMode = u32;      ///< permissions, in octal
using Protection = u32;    ///< PROT_*
using MapFlags = u32;      ///< MAP_*
using AtFlags = u32;       ///< AT_*
using CloneFlags = u64;    ///< CLONE_*, and a signal
using WaitOptions = u32;   ///< WNOHANG and its like
using Whence = u32;        ///< SEEK_*
using SignalNumber = i32;  ///< SIG*
using MaskOperation = i32; ///< SIG_BLOCK and its like

/// User memory as the destination of a read.
class UserSink final : public fs::Sink {
public:
    explicit UserSink(u64 to) : to_{to} {}
    Result<void> put(u64 at, std::span<const std::byte> bytes) override
    {
        return arch::copy_to_user({to_ + at}, bytes);
    }
    Result<void> put_zeros(u64 at, u64 count) override { return arch::clear_user({to_ + at}, count); }

private:
    u64 to_;
};

/// User memory as the source of a write.
class UserSource final : public fs::Source {
public:
    explicit UserSource(u64 from) : from_{from} {}
    Result<void> get(u64 at, std::span<std::byte> bytes) override { return arch::copy_from_user(bytes, {from_ + at}); }

private:
    u64 from_;
};

} // namespace kernel::syscall
