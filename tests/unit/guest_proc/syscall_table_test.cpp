#include "kernel/syscall/table.hpp"

#include <gtest/gtest.h>
#include <sys/syscall.h>

#include <string_view>

namespace {

using kernel::syscall::Adapter;
using kernel::syscall::Descriptor;
using kernel::syscall::SyscallResult;
using kernel::syscall::UserBytes;

struct Numbers {
    std::string_view name;
    long ours;
    long of_linux;
};

constexpr Numbers listed[] = {
#define PARTIAL(name, missing)
#define SYSCALL(number, name, ...) {#name, number, SYS_##name},
#include "abi/syscalls.def"
#undef SYSCALL
#undef PARTIAL
};

TEST(SyscallTable, HasTheNumbersOfLinux)
{
    for (const auto& [name, ours, of_linux] : listed)
        EXPECT_EQ(ours, of_linux) << name;
}

TEST(SyscallTable, IsSortedByNumber)
{
    for (std::size_t i = 1; i < std::size(listed); ++i)
        EXPECT_LT(listed[i - 1].ours, listed[i].ours) << listed[i].name;
}

i64 seen_size;
SyscallResult sys_probe(Descriptor file, UserBytes buffer, i64 size, u32 flags)
{
    seen_size = size;
    return static_cast<i64>(file.number + buffer.address + flags);
}
SyscallResult sys_nothing() { return kernel::Errno::eperm; }

TEST(SyscallTable, RegistersBecomeTypedArguments)
{
    const u64 registers[6] = {0xdead'0000'0001, 0x1'0000'0000, static_cast<u64>(-5), 0xffff'ffff'0000'0002, 0, 0};

    const auto result = Adapter<&sys_probe>::call(registers);

    EXPECT_EQ(result.value(), 0x1'0000'0003); // 32-bit arguments lose their upper half, addresses do not
    EXPECT_EQ(seen_size, -5);
    EXPECT_EQ(Adapter<&sys_nothing>::call(registers).error(), kernel::Errno::eperm);
}

} // namespace
