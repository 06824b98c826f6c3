#include "abi/trace.hpp"
#include "vmm/observe/trace_schema.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace vitrine::test {
namespace {

using abi::TraceEvent;

std::uint64_t bit(TraceEvent event) { return std::uint64_t{1} << static_cast<unsigned>(event); }

TEST(TraceSchema, HasAnEntryForEachEventInTheOrderOfItsNumber)
{
    const TraceSchema& schema = trace_schema();

    ASSERT_EQ(schema.size(), static_cast<std::size_t>(TraceEvent::count));
    const TraceEventSchema& event = schema[static_cast<std::size_t>(TraceEvent::sched_switch)];
    EXPECT_EQ(event.name, "sched_switch");
    EXPECT_EQ(event.subsystem, "sched");
    ASSERT_EQ(event.fields.size(), 4U);
    EXPECT_EQ(event.fields[1], (TraceField{"prev_state", abi::FieldFormat::task_state, 1}));
    EXPECT_EQ(event.fields[3], (TraceField{"next_comm", abi::FieldFormat::name, 2}));
    EXPECT_EQ(event.words(), 5U);
}

TEST(TraceSchema, HasNoEventThatIsTooLongForARecord)
{
    for (const TraceEventSchema& event : trace_schema())
        EXPECT_LE(event.words(), abi::trace_max_words) << event.name;
}

TEST(TraceSchema, SelectsEventsByNameAndBySubsystem)
{
    const std::vector<std::string> names{"page_fault", "irq"};

    EXPECT_EQ(trace_event_mask(names), bit(TraceEvent::page_fault) | bit(TraceEvent::irq_entry) |
                                           bit(TraceEvent::irq_exit) | bit(TraceEvent::softirq_raise) |
                                           bit(TraceEvent::softirq_entry) | bit(TraceEvent::softirq_exit));
}

TEST(TraceSchema, SelectsAllEventsByDefault) { EXPECT_EQ(trace_event_mask({}), bit(TraceEvent::count) - 1); }

TEST(TraceSchema, RefusesANameThatNobodyKnows)
{
    try {
        trace_event_mask(std::vector<std::string>{"irq", "page_fautl"});
        FAIL();
    } catch (const std::invalid_argument& error) {
        EXPECT_THAT(error.what(), testing::HasSubstr("\"page_fautl\""));
    }
    EXPECT_THROW(trace_event_mask(std::vector<std::string>{""}), std::invalid_argument);
}

} // namespace
} // namespace vitrine::test
