#include "abi/ports.hpp"
#include "tests/unit/devices/fakes.hpp"
#include "tests/unit/trace/entries.hpp"
#include "vmm/devices/trace_port.hpp"
#include "vmm/observe/trace_collector.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <cstring>

namespace vitrine::test {
namespace {

using abi::TraceEvent;

struct Keeper final : TraceConsumer {
    std::vector<TraceEntry> all;
    void consume(std::span<const TraceEntry> entries) override
    {
        all.insert(all.end(), entries.begin(), entries.end());
    }
};

class TraceCollectorTest : public testing::Test {
protected:
    static constexpr GuestAddress rings{0x1000};
    static constexpr Bytes ring_size{512};
    static constexpr std::uint64_t capacity = 512 - sizeof(abi::TraceRingHeader);

    GuestMemory memory{{.size = Bytes{64 << 10}}};
    Keeper keeper;
    std::vector<std::string> complaints;
    TraceCollector collector{memory, rings,     ring_size,
                             2,      {&keeper}, [this](std::string text) {
                                 complaints.push_back(std::move(text)); }};

    static GuestAddress ring(unsigned cpu) { return rings + Bytes{cpu * ring_size.value}; }
    abi::TraceRingHeader header(unsigned cpu) { return memory.read<abi::TraceRingHeader>(ring(cpu)); }
    void set_head(unsigned cpu, std::uint64_t head) { memory.write(ring(cpu), head); }

    /// The guest's side, without its check for room.
    void put_word(unsigned cpu, std::uint64_t value)
    {
        const std::uint64_t head = header(cpu).head;
        memory.write(ring(cpu) + Bytes{sizeof(abi::TraceRingHeader) + head % capacity}, value);
        set_head(cpu, head + 8);
    }
    void put(unsigned cpu, const TraceEntry& entry)
    {
        std::array<std::uint64_t, 2> words;
        std::memcpy(words.data(), &entry.record, sizeof words);
        put_word(cpu, words[0]);
        put_word(cpu, words[1]);
        for (const std::uint64_t word : entry.words())
            put_word(cpu, word);
    }
    std::uint64_t malformed(unsigned cpu) const { return collector.losses().at(cpu).malformed; }
};

TEST_F(TraceCollectorTest, HandsRecordsOnInOrderAndMovesTheTail)
{
    put(0, entry(TraceEvent::irq_entry, 10, {32}));
    put(0, entry(TraceEvent::irq_exit, 20, {32}, 0, 7));

    collector.drain(0);

    ASSERT_EQ(keeper.all.size(), 2U);
    EXPECT_EQ(keeper.all[0].record.tsc, 10U);
    EXPECT_EQ(keeper.all[1].record.task, 7U);
    EXPECT_THAT(keeper.all[1].words(), testing::ElementsAre(32));
    EXPECT_EQ(header(0).tail, header(0).head);
    EXPECT_EQ(collector.count(TraceEvent::irq_entry), 1U);
    EXPECT_EQ(collector.count("irq_exit"), 1U);
    EXPECT_EQ(collector.count("no_such_event"), 0U);
    EXPECT_THAT(complaints, testing::IsEmpty());
}

TEST_F(TraceCollectorTest, FollowsTheRingAroundItsEndManyTimes)
{
    for (std::uint64_t i = 0; i < 1000; ++i) {
        put(1, entry(TraceEvent::page_fault, i, {i, i + 1, i + 2}));
        if (i % 5 == 0)
            collector.drain(1);
    }
    collector.drain_all();

    ASSERT_EQ(keeper.all.size(), 1000U);
    for (std::uint64_t i = 0; i < 1000; ++i) {
        EXPECT_EQ(keeper.all[i].record.tsc, i);
        EXPECT_THAT(keeper.all[i].words(), testing::ElementsAre(i, i + 1, i + 2));
    }
    EXPECT_EQ(malformed(1), 0U);
}

TEST_F(TraceCollectorTest, TakesARingThatIsFullToTheLastByte)
{
    for (std::uint64_t i = 0; i < capacity / 32; ++i)
        put(0, entry(TraceEvent::sys_exit, i, {1, 2}));
    ASSERT_EQ(header(0).head, capacity);

    collector.drain(0);

    EXPECT_EQ(keeper.all.size(), capacity / 32);
    EXPECT_EQ(malformed(0), 0U);
}

TEST_F(TraceCollectorTest, ReportsAHeadThatCannotBeOnceAndStartsAfresh)
{
    set_head(0, 0xffff'ffff'ffff'fff1);
    collector.drain(0);
    EXPECT_EQ(header(0).tail, 0xffff'ffff'ffff'fff0U);
    EXPECT_EQ(malformed(0), 1U);

    set_head(0, 1 << 20);
    collector.drain(0);
    EXPECT_EQ(malformed(0), 2U);
    EXPECT_EQ(complaints.size(), 1U);

    put(0, entry(TraceEvent::irq_entry, 10, {32}));
    collector.drain(0);
    EXPECT_EQ(keeper.all.size(), 1U);
    EXPECT_EQ(malformed(0), 2U);
}

TEST_F(TraceCollectorTest, DoesNotTrustTheTailInGuestMemory)
{
    put(0, entry(TraceEvent::irq_entry, 10, {32}));
    memory.write(ring(0) + Bytes{offsetof(abi::TraceRingHeader, tail)}, std::uint64_t{0xdead'beef});

    collector.drain(0);

    EXPECT_EQ(keeper.all.size(), 1U);
    EXPECT_EQ(header(0).tail, header(0).head);
}

TEST_F(TraceCollectorTest, SkipsEventsThatAreUnknownOrOfTheWrongSize)
{
    put(0, entry(static_cast<TraceEvent>(0xffff), 1, {1, 2}));
    put(0, entry(TraceEvent::count, 2, {1}));
    put(0, entry(TraceEvent::irq_entry, 3, {1, 2}));
    put(0, entry(TraceEvent::irq_entry, 4, {1}));

    collector.drain(0);

    ASSERT_EQ(keeper.all.size(), 1U);
    EXPECT_EQ(keeper.all[0].record.tsc, 4U);
    EXPECT_EQ(malformed(0), 3U);
    EXPECT_EQ(complaints.size(), 1U);
}

TEST_F(TraceCollectorTest, GivesUpOnARecordThatIsTooLongOrCutOff)
{
    TraceEntry longest = entry(TraceEvent::irq_entry, 1, {1});
    longest.record.words = 200;
    std::array<std::uint64_t, 2> words;
    std::memcpy(words.data(), &longest.record, sizeof words);
    put_word(0, words[0]);
    put_word(0, words[1]);
    put(0, entry(TraceEvent::irq_entry, 2, {1}));
    collector.drain(0);
    EXPECT_TRUE(keeper.all.empty());
    EXPECT_EQ(malformed(0), 1U);

    put_word(0, 0); // half a header
    collector.drain(0);
    EXPECT_EQ(malformed(0), 2U);

    put(0, entry(TraceEvent::irq_entry, 3, {1}));
    collector.drain(0);
    EXPECT_EQ(keeper.all.size(), 1U);
}

TEST_F(TraceCollectorTest, SaysItselfWhichVcpuARecordIsFrom)
{
    put(1, entry(TraceEvent::irq_entry, 1, {1}, 77));

    collector.drain(1);

    EXPECT_EQ(keeper.all.at(0).record.cpu, 1);
}

TEST_F(TraceCollectorTest, KeepsTheGuestsCountOfDroppedRecords)
{
    memory.write(ring(1) + Bytes{offsetof(abi::TraceRingHeader, dropped)}, std::uint64_t{5});

    collector.drain(1);

    EXPECT_EQ(collector.losses().at(0).dropped, 0U);
    EXPECT_EQ(collector.losses().at(1).dropped, 5U);
}

TEST_F(TraceCollectorTest, IgnoresVcpusThatHaveNoRing)
{
    collector.drain(2);
    collector.drain(~0ULL);

    EXPECT_TRUE(keeper.all.empty());
}

TEST_F(TraceCollectorTest, IsRungByTheTracePort)
{
    TracePort port{collector};
    put(1, entry(TraceEvent::irq_entry, 1, {1}));

    out(port, 0, 0, 4);
    EXPECT_TRUE(keeper.all.empty());
    out(port, 0, 0xffff'ffff, 4);
    EXPECT_TRUE(keeper.all.empty());
    out(port, 0, 1, 4);
    EXPECT_EQ(keeper.all.size(), 1U);
}

TEST(TraceCollector, RefusesRingsThatAreNotInMemory)
{
    const GuestMemory memory{{.size = Bytes{64 << 10}}};

    EXPECT_THROW((TraceCollector{memory, GuestAddress{0x1000}, Bytes{64 << 10}, 1}), GuestMemoryError);
    EXPECT_THROW((TraceCollector{memory, GuestAddress{0xffff'ffff'ffff'f000}, Bytes{4096}, 2}), GuestMemoryError);
    EXPECT_THROW((TraceCollector{memory, GuestAddress{0x1001}, Bytes{4096}, 1}), std::invalid_argument);
    EXPECT_THROW((TraceCollector{memory, GuestAddress{0x1000}, Bytes{64}, 1}), std::invalid_argument);
}

} // namespace
} // namespace vitrine::test
