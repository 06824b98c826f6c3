#include "kernel/syscall/table.hpp"

#include <gtest/gtest.h>
#include <sys/syscall.h>

#include <map>
#include <string>

namespace {

using kernel::syscall::Adapter;
using kernel::syscall::Descriptor;
using kernel::syscall::SyscallResult;
using kernel::syscall::UserBytes;

constexpr std::pair<std::string_view, long> listed[] = {
#define SYSCALL(number, name, ...) {#name, number},
#include "kernel/syscall/syscalls.def"
#undef SYSCALL
};

TEST(SyscallTable, HasTheNumbersOfLinux)
{
    const std::map<std::string_view, long> expected = {
#define CALL(name) {#name, SYS_##name}
        CALL(read),
        CALL(write),
        CALL(open),
        CALL(close),
        CALL(stat),
        CALL(fstat),
        CALL(lstat),
        CALL(lseek),
        CALL(mmap),
        CALL(mprotect),
        CALL(munmap),
        CALL(brk),
        CALL(ioctl),
        CALL(pread64),
        CALL(pwrite64),
        CALL(readv),
        CALL(writev),
        CALL(sched_yield),
        CALL(madvise),
        CALL(nanosleep),
        CALL(getpid),
        CALL(execve),
        CALL(exit),
        CALL(uname),
        CALL(ftruncate),
        CALL(readlink),
        CALL(gettimeofday),
        CALL(getuid),
        CALL(getgid),
        CALL(geteuid),
        CALL(getegid),
        CALL(getppid),
        CALL(arch_prctl),
        CALL(gettid),
        CALL(sched_getaffinity),
        CALL(getdents64),
        CALL(set_tid_address),
        CALL(clock_gettime),
        CALL(clock_getres),
        CALL(clock_nanosleep),
        CALL(exit_group),
        CALL(openat),
        CALL(newfstatat),
        CALL(readlinkat),
        CALL(getcpu),
        CALL(getrandom),
#undef CALL
    };
    for (const auto& [name, number] : listed)
        EXPECT_EQ(number, expected.at(name)) << name;
    EXPECT_EQ(std::size(listed), expected.size());
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
