#include "kernel/irq/spurious.hpp"
#include "kernel/irq/vectors.hpp"

#include <gtest/gtest.h>

#include <set>

namespace kernel::irq {
namespace {

TEST(Vectors, GoToTheCpuWithTheFewest)
{
    Vectors vectors;
    EXPECT_EQ(vectors.allocate(10, 0b110).value().cpu, 1U);
    EXPECT_EQ(vectors.allocate(11, 0b110).value().cpu, 2U);
    EXPECT_EQ(vectors.allocate(12, 0b100).value().cpu, 2U);
    EXPECT_EQ(vectors.allocate(13, 0b110).value().cpu, 1U);
}

TEST(Vectors, AreFoundAgain)
{
    Vectors vectors;
    const Target target = vectors.allocate(42, 0b10).value();
    EXPECT_EQ(vectors.irq_of(1, target.vector), 42U);
    EXPECT_EQ(vectors.irq_of(0, target.vector), Vectors::none);
    vectors.free(target);
    EXPECT_EQ(vectors.irq_of(1, target.vector), Vectors::none);
}

TEST(Vectors, RunOutOnEachCpuByItself)
{
    Vectors vectors;
    std::set<u8> given;
    for (unsigned n = 0; n < Vectors::count; ++n)
        given.insert(vectors.allocate(n, 1).value().vector);
    EXPECT_EQ(given.size(), Vectors::count);
    EXPECT_EQ(vectors.allocate(300, 1).error(), Errno::enospc);
    EXPECT_EQ(vectors.allocate(300, 0).error(), Errno::enospc);
    EXPECT_TRUE(vectors.allocate(300, 0b11));

    vectors.free({0, 0x40});
    EXPECT_EQ(vectors.allocate(301, 1).value().vector, 0x40);
}

TEST(Vectors, OneThatIsFreeAgainRestsAWhile)
{
    Vectors vectors;
    const Target first = vectors.allocate(1, 1).value();
    vectors.free(first);
    EXPECT_NE(vectors.allocate(2, 1).value(), first);
}

TEST(Vectors, TheSameOnAllCpus)
{
    Vectors vectors;
    const u8 vector = vectors.allocate_everywhere(7).value();
    for (unsigned cpu = 0; cpu < arch::max_cpus; ++cpu)
        EXPECT_EQ(vectors.irq_of(cpu, vector), 7U);
    const u8 other = vectors.allocate_everywhere(8).value();
    EXPECT_NE(other, vector);
    vectors.free_everywhere(vector);
    EXPECT_EQ(vectors.irq_of(3, vector), Vectors::none);
    EXPECT_EQ(vectors.allocate_everywhere(9).value(), vector);
}

constexpr u64 millisecond = 1'000'000;

TEST(SpuriousDetector, FindsALineThatNobodyHandles)
{
    SpuriousDetector detector;
    u32 count = 1;
    while (!detector.note_unhandled(count * millisecond))
        ++count;
    EXPECT_EQ(count, SpuriousDetector::window);
}

TEST(SpuriousDetector, ToleratesOneOfAThousand)
{
    SpuriousDetector detector;
    u32 guilty = 0;
    for (u32 n = 1; n <= 3 * SpuriousDetector::window; ++n)
        guilty += (n % 999 == 0 ? detector.note_handled() : detector.note_unhandled(n)) ? 1 : 0;
    EXPECT_EQ(guilty, 0U);
}

TEST(SpuriousDetector, ForgetsWhatIsLongAgo)
{
    SpuriousDetector detector;
    u32 guilty = 0;
    for (u64 n = 1; n <= SpuriousDetector::window; ++n)
        guilty += detector.note_unhandled(n * 101 * millisecond) ? 1 : 0;
    EXPECT_EQ(guilty, 0U);
}

} // namespace
} // namespace kernel::irq
