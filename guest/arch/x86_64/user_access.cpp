#include "arch/user_access.hpp"

#include "abi/layout.hpp"
#include "kernel/debug/checks.hpp"

#include <algorithm>

/// user_copy.S. Each returns how much it did not do, because of a fault that could not be served.
extern "C" {
u64 copy_user(void* to, const void* from, u64 size);
u64 zero_user(u64 to, u64 size);
/// Returns `limit` when there is no NUL; ~0 on a fault.
u64 measure_user_string(const char* from, u64 limit);
int compare_exchange_user_32(u32* at, u32* expected, u32 desired);
}

namespace arch {
namespace {

using kernel::Errno;
using kernel::Result;
using kernel::VirtualAddress;

Result<void> result_of(u64 left)
{
    if (left != 0)
        return Errno::efault;
    return {};
}

} // namespace

bool is_user_range(VirtualAddress address, u64 size)
{
    return address.value <= vitrine::abi::user_end && size <= vitrine::abi::user_end - address.value;
}

Result<void> copy_from_user(std::span<std::byte> to, VirtualAddress from)
{
    kernel::might_sleep();
    if (!is_user_range(from, to.size()))
        return Errno::efault;
    return result_of(copy_user(to.data(), reinterpret_cast<const void*>(from.value), to.size()));
}

Result<void> copy_to_user(VirtualAddress to, std::span<const std::byte> from)
{
    kernel::might_sleep();
    if (!is_user_range(to, from.size()))
        return Errno::efault;
    return result_of(copy_user(reinterpret_cast<void*>(to.value), from.data(), from.size()));
}

Result<void> clear_user(VirtualAddress to, u64 size)
{
    kernel::might_sleep();
    if (!is_user_range(to, size))
        return Errno::efault;
    return result_of(zero_user(to.value, size));
}

Result<u32> compare_exchange_user(VirtualAddress at, u32 expected, u32 desired)
{
    kernel::might_sleep();
    if (!is_user_range(at, sizeof(u32)))
        return Errno::efault;
    u32 found = expected;
    if (compare_exchange_user_32(reinterpret_cast<u32*>(at.value), &found, desired) != 0)
        return Errno::efault;
    return found;
}

Result<u64> copy_string_from_user(std::span<char> to, VirtualAddress from)
{
    kernel::might_sleep();
    if (from.value >= vitrine::abi::user_end)
        return Errno::efault;
    const u64 limit = std::min<u64>(to.size(), vitrine::abi::user_end - from.value);
    const u64 length = measure_user_string(reinterpret_cast<const char*>(from.value), limit);
    if (length == ~0ULL)
        return Errno::efault;
    if (length == limit)
        return limit == to.size() ? Errno::enametoolong : Errno::efault;
    TRY(copy_from_user(std::as_writable_bytes(to.first(length)), from));
    return length;
}

} // namespace arch
