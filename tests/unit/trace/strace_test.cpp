#include "tests/unit/trace/entries.hpp"
#include "vmm/observe/quoted.hpp"
#include "vmm/observe/strace.hpp"
#include "vmm/observe/syscall_values.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <sstream>
#include <sys/syscall.h>

namespace vitrine::test {
namespace {

using abi::TraceEvent;

constexpr std::uint32_t shell = 7, child = 8;

TraceEntry enter(std::uint32_t task, std::uint64_t number, std::initializer_list<std::uint64_t> arguments)
{
    TraceEntry made = entry(TraceEvent::sys_enter, 0, {number, 0, 0, 0, 0, 0, 0}, 0, task);
    std::copy(arguments.begin(), arguments.end(), made.fields.begin() + 1);
    return made;
}

TraceEntry data(std::uint32_t task, std::uint64_t argument, std::string_view bytes, std::uint64_t size)
{
    TraceEntry made = entry(TraceEvent::sys_data, 0, {argument, size, 0, 0, 0, 0}, 0, task);
    std::memcpy(made.fields.data() + 2, bytes.data(), bytes.size());
    return made;
}

TraceEntry leave(std::uint32_t task, std::uint64_t number, std::int64_t result)
{
    return entry(TraceEvent::sys_exit, 0, {number, static_cast<std::uint64_t>(result)}, 0, task);
}

std::string strace(std::vector<TraceEntry> entries)
{
    std::ostringstream out;
    show_system_calls({.tsc_khz = 0, .schema = trace_schema(), .entries = std::move(entries), .losses = {}}, out);
    return out.str();
}

TEST(Strace, ShowsArgumentsByTheirTypes)
{
    constexpr std::uint64_t here = static_cast<std::uint64_t>(-100);

    EXPECT_EQ(strace({enter(shell, SYS_openat, {here, 0x1000, 0101, 0644}), data(shell, 1, "/tmp/a", 6),
                      leave(shell, SYS_openat, 3)}),
              "7     openat(AT_FDCWD, \"/tmp/a\", O_WRONLY|O_CREAT, 0644) = 3\n");
    EXPECT_EQ(strace({enter(shell, SYS_mmap, {0, 4096, 3, 0x22, ~0ULL, 0}), leave(shell, SYS_mmap, 0x7000'0000)}),
              "7     mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x70000000\n");
}

TEST(Strace, ShowsErrorsAsStraceDoes)
{
    EXPECT_EQ(strace({enter(shell, SYS_close, {9}), leave(shell, SYS_close, -EBADF)}),
              "7     close(9) = -1 EBADF (Bad file descriptor)\n");
}

TEST(Strace, ShowsThatBytesAreMoreThanShown)
{
    const std::string_view beginning = "0123456789abcdef0123456789abcdef";

    EXPECT_EQ(strace({enter(shell, SYS_write, {1, 0x1000, 100}), data(shell, 1, beginning, 100),
                      leave(shell, SYS_write, 100)}),
              "7     write(1, \"0123456789abcdef0123456789abcdef\"..., 100) = 100\n");
}

TEST(Strace, ShowsWhatACallHasRead)
{
    EXPECT_EQ(strace({enter(shell, SYS_read, {0, 0x1000, 64}), data(shell, 1, "ls\n", 3), leave(shell, SYS_read, 3)}),
              "7     read(0, \"ls\\n\", 64) = 3\n");
}

TEST(Strace, SplitsACallDuringWhichAnotherEnded)
{
    EXPECT_EQ(strace({enter(shell, SYS_read, {0, 0x1000, 64}), enter(child, SYS_getpid, {}),
                      leave(child, SYS_getpid, 8), enter(child, SYS_getpid, {}), leave(child, SYS_getpid, 8),
                      data(shell, 1, "x", 1), leave(shell, SYS_read, 1)}),
              "7     read(0 <unfinished ...>\n"
              "8     getpid() = 8\n"
              "8     getpid() = 8\n"
              "7     <... read resumed>, \"x\", 64) = 1\n");
}

TEST(Strace, ShowsTheEndOfAProgram)
{
    EXPECT_EQ(strace({enter(shell, SYS_exit_group, {3}), entry(TraceEvent::task_exit, 0, {shell, 3}, 0, shell)}),
              "7     exit_group(3) = ?\n7     +++ exited with 3 +++\n");
}

TEST(Strace, ShowsUnknownCallsWithAllRegisters)
{
    EXPECT_EQ(strace({enter(shell, 9999, {1, 0, 2}), leave(shell, 9999, -ENOSYS)}),
              "7     syscall_0x270f(0x1, NULL, 0x2, NULL, NULL, NULL) = -1 ENOSYS (Function not implemented)\n");
}

TEST(Strace, IgnoresWhatBeganBeforeTheTraceAndWhatMakesNoSense)
{
    EXPECT_EQ(strace({leave(shell, SYS_read, 1), data(shell, 1, "x", 1), enter(shell, SYS_getpid, {}),
                      data(shell, 99, "x", 1), leave(shell, SYS_getpid, 7)}),
              "7     getpid() = 7\n");
}

TEST(Strace, JoinsFlagsAndLeavesNothingOut)
{
    EXPECT_EQ(format_argument({"OpenFlags", "flags"}, 02000000 | 2, nullptr), "O_RDWR|O_CLOEXEC");
    EXPECT_EQ(format_argument({"Protection", "protection"}, 0, nullptr), "PROT_NONE");
    EXPECT_EQ(format_argument({"CloneFlags", "flags"}, 17, nullptr), "SIGCHLD");
    EXPECT_EQ(format_argument({"CloneFlags", "flags"}, 0x4111, nullptr), "CLONE_VM|CLONE_VFORK|SIGCHLD");
    EXPECT_EQ(format_argument({"WaitOptions", "options"}, 0x40000001, nullptr), "WNOHANG|0x40000000");
    EXPECT_EQ(format_argument({"SignalNumber", "signal"}, 9, nullptr), "SIGKILL");
}

TEST(Quoted, EscapesAsStraceDoes)
{
    EXPECT_EQ(quoted("a\"\\\n"), "\"a\\\"\\\\\\n\"");
    EXPECT_EQ(quoted(std::string_view{"\0x\0001", 4}), "\"\\0x\\0001\"");
    EXPECT_EQ(quoted("\x1b[2J"), "\"\\33[2J\"");
}

} // namespace
} // namespace vitrine::test
