#include "tests/unit/trace/entries.hpp"
#include "vmm/observe/syscall_names.hpp"
#include "vmm/observe/trace_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <stdexcept>

namespace vitrine::test {
namespace {

using abi::FieldFormat;
using abi::TraceEvent;

std::string show(FieldFormat format, std::vector<std::uint64_t> words, std::string name = "value")
{
    return format_field({.name = std::move(name), .format = format}, words);
}

TEST(TraceText, ShowsFieldsByTheirFormat)
{
    EXPECT_EQ(show(FieldFormat::decimal, {42}), "42");
    EXPECT_EQ(show(FieldFormat::hexadecimal, {0xfee0'0000}), "0xfee00000");
    EXPECT_EQ(show(FieldFormat::nanoseconds, {1500}), "1500ns");
    EXPECT_EQ(show(FieldFormat::signed_decimal, {~0ULL}), "-1");
    EXPECT_EQ(show(FieldFormat::task_state, {1}), "interruptible");
    EXPECT_EQ(show(FieldFormat::task_state, {77}), "77");
}

TEST(TraceText, ShowsSystemCallsByName)
{
    EXPECT_EQ(show(FieldFormat::syscall, {1}), "write");
    EXPECT_EQ(show(FieldFormat::syscall, {257}), "openat");
    EXPECT_EQ(show(FieldFormat::syscall, {999'999}), "syscall_999999");
    EXPECT_EQ(syscall_name(60), "exit");
    EXPECT_EQ(syscall_name(400), ""); // a gap in the table
}

TEST(TraceText, ShowsANegativeResultAsItsError)
{
    EXPECT_EQ(show(FieldFormat::signed_decimal, {static_cast<std::uint64_t>(-2)}, "result"), "-ENOENT");
    EXPECT_EQ(show(FieldFormat::signed_decimal, {static_cast<std::uint64_t>(-4000)}, "result"), "-4000");
    EXPECT_EQ(show(FieldFormat::signed_decimal, {static_cast<std::uint64_t>(-5000)}, "result"), "-5000");
    EXPECT_EQ(show(FieldFormat::signed_decimal, {7}, "result"), "7");
    EXPECT_EQ(show(FieldFormat::signed_decimal, {static_cast<std::uint64_t>(-2)}, "status"), "-2");
}

TEST(TraceText, ShowsNamesWithoutWhatWouldCommandATerminal)
{
    EXPECT_EQ(format_field({.name = "n", .format = FieldFormat::name, .words = 2},
                           named(TraceEvent::boot_step_begin, 0, "a\x1b[2Jb").words()),
              "a?[2Jb");
    EXPECT_EQ(format_field({.name = "n", .format = FieldFormat::name, .words = 2},
                           named(TraceEvent::boot_step_begin, 0, "0123456789abcdef").words()),
              "0123456789abcdef");
}

Trace sample()
{
    Trace trace;
    trace.tsc_khz = 2'000'000; // two ticks a nanosecond
    trace.schema = trace_schema();
    trace.entries = {entry(TraceEvent::sys_enter, 1000, {1, 1, 0x5000, 6, 0, 0, 0}, 0, 12),
                     entry(TraceEvent::irq_entry, 2000, {236}, 1),
                     entry(TraceEvent::sys_exit, 1000 + 2'000'000'000, {1, static_cast<std::uint64_t>(-9)}, 0, 12)};
    trace.losses = {{.cpu = 1, .dropped = 4, .malformed = 0}};
    return trace;
}

std::string show(const TraceFilter& filter)
{
    std::ostringstream out;
    show_trace(sample(), filter, out);
    return out.str();
}

TEST(TraceText, PrintsALineForEachRecordAndWhatWasLost)
{
    EXPECT_EQ(show({}),
              "     0.000000000  cpu0      12  sys_enter        nr=write arg0=0x1 arg1=0x5000 arg2=0x6 arg3=0x0 "
              "arg4=0x0 arg5=0x0\n"
              "     0.000000500  cpu1       0  irq_entry        vector=236\n"
              "     1.000000000  cpu0      12  sys_exit         nr=write result=-EBADF\n"
              "# vCPU 1: 4 records dropped, 0 times corrupt\n");
}

TEST(TraceText, FiltersByEventCpuAndTask)
{
    const auto lines = [](const std::string& text) { return std::count(text.begin(), text.end(), '\n') - 1; };

    EXPECT_EQ(lines(show({.events = {"syscall"}, .cpu = {}, .task = {}})), 2);
    EXPECT_EQ(lines(show({.events = {"irq_entry", "sys_exit"}, .cpu = {}, .task = {}})), 2);
    EXPECT_EQ(lines(show({.events = {}, .cpu = 1, .task = {}})), 1);
    EXPECT_EQ(lines(show({.events = {"sys_exit"}, .cpu = 0, .task = 12})), 1);
    EXPECT_EQ(lines(show({.events = {}, .cpu = {}, .task = 13})), 0);
    EXPECT_THROW(show({.events = {"nothing"}, .cpu = {}, .task = {}}), std::invalid_argument);
}

TEST(TraceText, ShowsTicksWhenTheFrequencyIsNotKnown)
{
    Trace trace = sample();
    trace.tsc_khz = 0;

    EXPECT_THAT(format_entry(trace, trace.entries[1], 1000), testing::StartsWith("                1000  cpu1"));
}

} // namespace
} // namespace vitrine::test
