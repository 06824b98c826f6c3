#include "kernel/trace/tracepoint.hpp"

#include "abi/boot_info.hpp"
#include "kernel/sched/task.hpp"
#include "kernel/trace/ring_writer.hpp"
#include "tests/unit/guest/fake/machine.hpp"
#include "vmm/observe/trace_collector.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <random>
#include <thread>

namespace {

using testing::ElementsAre;
using trace::RingWriter;
using trace::TraceEvent;
using vitrine::TraceEntry;
using vitrine::abi::TraceChannel;
using vitrine::abi::TraceRingHeader;

struct Keeper final : vitrine::TraceConsumer {
    std::vector<TraceEntry> all;
    void consume(std::span<const TraceEntry> entries) override
    {
        all.insert(all.end(), entries.begin(), entries.end());
    }
};

/// Both ends of the rings of two CPUs: the guest's writer and the VMM's collector.
class Trace : public testing::Test {
protected:
    static constexpr u64 rings_at = 0x1000;
    static constexpr u64 ring_size = 1024;
    static constexpr u64 capacity = ring_size - sizeof(TraceRingHeader);

    Trace()
    {
        arch::direct_map_offset = reinterpret_cast<u64>(memory.span({0}, memory.size()).data());
        arch::set_current_task(nullptr);
        fake::set_cpu(0);
        fake::trace_calls() = {};
    }
    ~Trace() override { trace::enabled_events = 0; }

    TraceRingHeader* header(unsigned cpu) { return arch::direct_map<TraceRingHeader>({rings_at + cpu * ring_size}); }
    void boot(TraceChannel channel, std::initializer_list<TraceEvent> events)
    {
        u64 enabled = 0;
        for (const TraceEvent event : events)
            enabled |= 1ULL << static_cast<unsigned>(event);
        fake::boot_info() = {};
        fake::boot_info().flags = vitrine::abi::boot_trace;
        fake::boot_info().cpus.count = 2;
        fake::boot_info().trace = {rings_at, ring_size, static_cast<std::uint32_t>(channel), 0, enabled};
        trace::set_up();
    }

    vitrine::GuestMemory memory{{.size = vitrine::Bytes{64 << 10}}};
    Keeper keeper;
    std::vector<std::string> complaints;
    vitrine::TraceCollector collector{memory,      {rings_at},
                                      {ring_size}, 2,
                                      {&keeper},   [this](std::string text) { complaints.push_back(std::move(text)); }};
};

TEST_F(Trace, RecordsAnEventAsTheCollectorReadsIt)
{
    kernel::Task task{42, "writer", kernel::sched::Policy::normal};
    arch::set_current_task(&task);
    fake::set_cpu(1);
    fake::set_time(1'000);
    boot(TraceChannel::ring, {TraceEvent::sys_exit, TraceEvent::sched_switch});

    trace::sys_exit(1U, -14);
    trace::sched_switch(42U, kernel::TaskState::zombie, 7U, "sixteen or more characters");
    collector.drain_all();

    ASSERT_EQ(keeper.all.size(), 2U);
    const TraceEntry& first = keeper.all[0];
    EXPECT_EQ(first.record.event, static_cast<u16>(TraceEvent::sys_exit));
    EXPECT_EQ(first.record.cpu, 1);
    EXPECT_EQ(first.record.task, 42U);
    EXPECT_EQ(first.record.tsc, 3'000U);
    EXPECT_THAT(first.words(), ElementsAre(1U, static_cast<u64>(-14)));
    const TraceEntry& second = keeper.all[1];
    ASSERT_EQ(second.words().size(), 5U);
    EXPECT_EQ(second.fields[1], static_cast<u64>(kernel::TaskState::zombie));
    EXPECT_EQ(std::memcmp(&second.fields[3], "sixteen or more ", 16), 0);
    EXPECT_TRUE(complaints.empty());
}

TEST_F(Trace, RecordsNothingThatWasNotAskedFor)
{
    boot(TraceChannel::ring, {TraceEvent::irq_entry});

    trace::irq_exit(1);
    trace::irq_entry(2);
    collector.drain_all();

    EXPECT_EQ(keeper.all.size(), 1U);
    EXPECT_EQ(collector.count(TraceEvent::irq_entry), 1U);
}

TEST_F(Trace, RecordsNothingWithoutRings)
{
    fake::boot_info() = {};
    trace::set_up();

    trace::irq_entry(1);

    EXPECT_EQ(header(0)->head, 0U);
}

TEST_F(Trace, AsksForADrainAfterEachRecordOfTheExitChannel)
{
    boot(TraceChannel::exit, {TraceEvent::irq_entry});

    trace::irq_entry(1);
    trace::irq_entry(2);

    EXPECT_EQ(fake::trace_calls().drains, 2U);
    EXPECT_EQ(fake::trace_calls().doorbells, 0U);
}

TEST_F(Trace, RingsTheDoorbellEachTimeThatHalfARingHasComeTogether)
{
    boot(TraceChannel::ring, {TraceEvent::irq_entry});
    constexpr u64 record = 24;

    for (u64 written = 0; written + record < capacity / 2; written += record)
        trace::irq_entry(1);
    EXPECT_EQ(fake::trace_calls().doorbells, 0U);
    trace::irq_entry(1);
    EXPECT_EQ(fake::trace_calls().doorbells, 1U);

    collector.drain_all();
    for (u64 written = 0; written < capacity / 2; written += record)
        trace::irq_entry(1);
    EXPECT_EQ(fake::trace_calls().doorbells, 2U);
    EXPECT_EQ(fake::trace_calls().drains, 0U);
}

TEST_F(Trace, DropsAndCountsWhatDoesNotFit)
{
    boot(TraceChannel::ring, {TraceEvent::irq_entry});
    constexpr u64 record = 24;
    constexpr u64 fitting = capacity / record;

    for (u64 i = 0; i < fitting + 10; ++i)
        trace::irq_entry(static_cast<u8>(i));
    collector.drain_all();
    trace::irq_entry(200);
    collector.drain_all();

    ASSERT_EQ(keeper.all.size(), fitting + 1);
    EXPECT_EQ(keeper.all[fitting - 1].fields[0], fitting - 1) << "the oldest are kept";
    EXPECT_EQ(keeper.all.back().fields[0], 200U);
    EXPECT_EQ(collector.losses().at(0).dropped, 10U);
}

TEST_F(Trace, LosesNothingToAReaderOnAnotherThread)
{
    RingWriter writer{header(0), ring_size};
    constexpr u64 records = 5'000;
    std::atomic<bool> done = false;
    std::thread reader{[&] {
        while (!done)
            collector.drain(0);
        collector.drain(0);
    }};
    std::mt19937 random{8};

    for (u64 record = 0; record < records;) {
        u64 fields[vitrine::abi::trace_max_words] = {record};
        // The collector knows how many words an event has.
        const bool is_call = random() % 2 == 0;
        const auto written =
            writer.write({.event = static_cast<u16>(is_call ? TraceEvent::sys_enter : TraceEvent::irq_entry),
                          .cpu = 0,
                          .words = 0,
                          .task = 0,
                          .tsc = record},
                         std::span{fields}.first(is_call ? 7 : 1));
        if (written == RingWriter::Written::dropped)
            std::this_thread::yield();
        else
            ++record;
    }
    done = true;
    reader.join();

    ASSERT_EQ(keeper.all.size(), records);
    for (u64 record = 0; record < records; ++record)
        ASSERT_EQ(keeper.all[record].fields[0], record);
    EXPECT_TRUE(complaints.empty());
}

} // namespace
