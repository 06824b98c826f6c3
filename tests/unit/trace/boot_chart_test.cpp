#include "tests/unit/trace/entries.hpp"
#include "vmm/observe/boot_chart.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vitrine::test {
namespace {

using abi::TraceEvent;

constexpr std::uint64_t khz = 1'000'000; // a tick a nanosecond

TEST(BootChart, DrawsABarForEachStep)
{
    const std::vector entries{
        named(TraceEvent::boot_step_begin, 1'000'000, "memory"),
        named(TraceEvent::boot_step_end, 2'000'000, "memory"),
        named(TraceEvent::boot_step_begin, 2'000'000, "initramfs", 1),
        entry(TraceEvent::irq_entry, 2'500'000, {1}),
        named(TraceEvent::boot_step_end, 5'000'000, "initramfs", 1),
    };

    EXPECT_EQ(boot_chart(trace_schema(), entries, khz),
              "step       cpu        start         time\n"
              "memory       0     0.000 ms     1.000 ms  |############                                    |\n"
              "initramfs    1     1.000 ms     3.000 ms  |            ####################################|\n"
              "all                              4.000 ms\n");
}

TEST(BootChart, ShowsNestedAndUnfinishedSteps)
{
    const std::vector entries{
        named(TraceEvent::boot_step_begin, 0, "outer"),
        named(TraceEvent::boot_step_begin, 1'000, "inner"),
        named(TraceEvent::boot_step_end, 2'000, "inner"),
        named(TraceEvent::boot_step_end, 2'000, "never begun"),
    };

    const std::string chart = boot_chart(trace_schema(), entries, khz);

    EXPECT_THAT(chart, testing::HasSubstr("outer    0     0.000 ms   unfinished  |####"));
    EXPECT_THAT(chart, testing::HasSubstr("inner    0     0.001 ms     0.001 ms  |                        ####"));
}

TEST(BootChart, DrawsAStepThatTookNoTime)
{
    const std::vector entries{named(TraceEvent::boot_step_begin, 7, "x"), named(TraceEvent::boot_step_end, 7, "x")};

    EXPECT_THAT(boot_chart(trace_schema(), entries, khz), testing::HasSubstr("|#  "));
}

TEST(BootChart, SaysSoWhenThereIsNothingToShow)
{
    const std::vector step{named(TraceEvent::boot_step_begin, 7, "x")};

    EXPECT_EQ(boot_chart(trace_schema(), {}, khz), "The guest reported no boot steps.\n");
    EXPECT_THAT(boot_chart(trace_schema(), step, 0), testing::HasSubstr("frequency is not known"));
}

TEST(BootRecorder, KeepsBootEventsAloneInOrderOfTimeAndBounded)
{
    BootRecorder recorder;

    recorder.consume(std::vector{named(TraceEvent::boot_step_begin, 20, "b"), entry(TraceEvent::irq_entry, 5, {1}),
                                 named(TraceEvent::boot_step_begin, 10, "a")});
    const std::vector<TraceEntry> kept = recorder.entries();
    ASSERT_EQ(kept.size(), 2U);
    EXPECT_EQ(kept[0].record.tsc, 10U);

    recorder.consume(std::vector(2 * BootRecorder::max_entries, named(TraceEvent::boot_step_end, 1, "x")));
    EXPECT_EQ(recorder.entries().size(), BootRecorder::max_entries);
}

} // namespace
} // namespace vitrine::test
