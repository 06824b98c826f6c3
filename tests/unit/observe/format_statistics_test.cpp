#include "vmm/observe/exit_statistics.hpp"
#include "vmm/observe/format_duration.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace vitrine {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

DurationSummary summary(std::uint64_t count, std::chrono::nanoseconds each)
{
    const auto total = each * static_cast<std::int64_t>(count);
    return {.count = count, .total = total, .min = each, .mean = each, .p50 = each, .p99 = each, .max = each};
}

ExitStatistics example()
{
    return {.rows = {{.cpu = 0,
                      .reason = "io",
                      .detail = "out 0x3f8 serial",
                      .root = summary(3, 1500ns),
                      .non_root = summary(3, 20us)},
                     {.cpu = 1, .reason = "hlt", .detail = "", .root = summary(1, 500ns), .non_root = summary(1, 2ms)}},
            .kvm = {{"vm", "remote_tlb_flush", 0}, {"vcpu 0", "exits", 7}, {"vcpu 0", "io_exits", 3}},
            .kvm_run_returns = {3, 1},
            .elapsed = 10ms,
            .first_output = 4ms};
}

TEST(FormatStatistics, ShowsEachRowWithItsShareOfRootTime)
{
    const std::string text = format_statistics(example(), StatsFormat::table);

    EXPECT_THAT(text, HasSubstr("out 0x3f8 serial"));
    EXPECT_THAT(text, HasSubstr("90.0 %"));
    EXPECT_THAT(text, HasSubstr("1.50 us"));
    EXPECT_THAT(text, HasSubstr("20.0 us"));
    EXPECT_THAT(text, HasSubstr("4 exits in 10.0 ms: 5.00 us in root mode, 2.06 ms in the guest"));
}

TEST(FormatStatistics, AlignsTheTablesColumns)
{
    const std::string text = format_statistics(example(), StatsFormat::table);

    std::istringstream lines{text};
    std::string header;
    std::string rule;
    std::string first;
    std::string second;
    std::getline(std::getline(lines, header), rule);
    std::getline(std::getline(lines, first), second);
    const std::size_t end = header.find("count") + 5; // right-aligned
    EXPECT_EQ(first.find(" 3 "), end - 2) << text;
    EXPECT_EQ(second.find(" 1 ", 10), end - 2) << text;
    EXPECT_EQ(first.find("out"), header.find("detail")) << text;
}

TEST(FormatStatistics, LeavesOutCountersThatStayedZeroInTheTable)
{
    const std::string text = format_statistics(example(), StatsFormat::table);

    EXPECT_THAT(text, HasSubstr("vcpu 0:  exits 7  io_exits 3"));
    EXPECT_THAT(text, Not(HasSubstr("remote_tlb_flush")));
}

TEST(FormatStatistics, WritesJsonThatHoldsEverything)
{
    const auto json = nlohmann::json::parse(format_statistics(example(), StatsFormat::json));

    EXPECT_EQ(json["elapsed_ns"], 10'000'000);
    EXPECT_EQ(json["first_output_ns"], 4'000'000);
    EXPECT_EQ(json["kvm_run_returns"], nlohmann::json({3, 1}));
    EXPECT_EQ(json["exits"][0]["detail"], "out 0x3f8 serial");
    EXPECT_EQ(json["exits"][0]["count"], 3);
    EXPECT_EQ(json["exits"][0]["root"]["p99_ns"], 1500);
    EXPECT_EQ(json["exits"][1]["non_root"]["max_ns"], 2'000'000);
    EXPECT_EQ(json["kvm"]["vm"]["remote_tlb_flush"], 0);
    EXPECT_EQ(json["kvm"]["vcpu 0"]["exits"], 7);
}

TEST(FormatStatistics, TellsThatThereWasNoOutput)
{
    ExitStatistics silent = example();
    silent.first_output.reset();

    EXPECT_TRUE(nlohmann::json::parse(format_statistics(silent, StatsFormat::json))["first_output_ns"].is_null());
}

TEST(FormatStatistics, WritesCsvWithAsManyFieldsInEveryLine)
{
    const std::string text = format_statistics(example(), StatsFormat::csv);

    std::istringstream lines{text};
    std::string line;
    int count = 0;
    for (; std::getline(lines, line); ++count)
        EXPECT_EQ(std::ranges::count(line, ','), 15) << line;
    EXPECT_EQ(count, 1 + 2 + 3);
    EXPECT_THAT(text, HasSubstr("vcpu 0,io,out 0x3f8 serial,3,4500,1500,1500,1500,1500,1500,60000,"));
}

TEST(FormatStatistics, IsSilentWhenAskedTo) { EXPECT_EQ(format_statistics(example(), StatsFormat::none), ""); }

TEST(FormatDuration, GivesThreeDigitsAndTheUnitThatFits)
{
    EXPECT_EQ(format_duration(0ns), "-");
    EXPECT_EQ(format_duration(999ns), "999 ns");
    EXPECT_EQ(format_duration(8520ns), "8.52 us");
    EXPECT_EQ(format_duration(12'340us), "12.3 ms");
    EXPECT_EQ(format_duration(123'400us), "123 ms");
    EXPECT_EQ(format_duration(90s), "90.0 s");
}

} // namespace
} // namespace vitrine
