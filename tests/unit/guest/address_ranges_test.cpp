#include "kernel/mm/address_ranges.hpp"

#include "kernel/mm/heap.hpp"
#include "tests/unit/guest/fake/machine.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace {

using kernel::mm::AddressRanges;

class AddressRangesTest : public testing::Test {
protected:
    AddressRangesTest()
    {
        fake::booted_machine();
        objects_before_ = kernel::mm::heap_counts().objects;
    }

    static constexpr u64 base = 0x10'0000;
    static constexpr u64 total = 0x4'0000;

    u64 objects_before_;
};

TEST_F(AddressRangesTest, GivesOutAllOfTheRangeAndNoMore)
{
    AddressRanges ranges;
    ASSERT_TRUE(ranges.set_up(base, total));

    EXPECT_EQ(ranges.allocate(total / 2).value(), base);
    EXPECT_EQ(ranges.allocate(total / 2).value(), base + total / 2);
    EXPECT_EQ(ranges.allocate(1).error(), kernel::Errno::enomem);
    EXPECT_EQ(ranges.size_at(base + total / 2), total / 2);
    EXPECT_EQ(ranges.size_at(base + 1), 0U);
}

TEST_F(AddressRangesTest, MergesWhatIsFreedWithFreeNeighboursOnBothSides)
{
    AddressRanges ranges;
    ASSERT_TRUE(ranges.set_up(base, total));
    const u64 third = total / 4;
    const u64 parts[] = {ranges.allocate(third).value(), ranges.allocate(third).value(),
                         ranges.allocate(third).value()};

    ranges.free(parts[0]);
    ranges.free(parts[2]);
    EXPECT_EQ(ranges.allocate(total).error(), kernel::Errno::enomem);
    ranges.free(parts[1]);

    EXPECT_EQ(ranges.allocate(total).value(), base);
}

TEST_F(AddressRangesTest, NeverGivesOutAnAddressTwice)
{
    std::mt19937 random{3};
    {
        AddressRanges ranges;
        ASSERT_TRUE(ranges.set_up(base, total));
        std::map<u64, u64> model; // begin -> size

        for (int step = 0; step < 20'000; ++step) {
            if (model.empty() || random() % 2 == 0) {
                const u64 size = 1 + random() % 0x2000;
                const auto begin = ranges.allocate(size);
                if (!begin)
                    continue;
                ASSERT_GE(begin.value(), base);
                ASSERT_LE(begin.value() + size, base + total);
                const auto next = model.lower_bound(begin.value());
                ASSERT_TRUE(next == model.end() || begin.value() + size <= next->first);
                ASSERT_TRUE(next == model.begin() || std::prev(next)->first + std::prev(next)->second <= begin.value());
                model[begin.value()] = size;
            } else {
                const auto victim = std::next(model.begin(), static_cast<std::ptrdiff_t>(random() % model.size()));
                ASSERT_EQ(ranges.size_at(victim->first), victim->second);
                ranges.free(victim->first);
                model.erase(victim);
            }
        }
        for (const auto& [begin, size] : model)
            ranges.free(begin);
        EXPECT_EQ(ranges.allocate(total).value(), base);
    }
    EXPECT_EQ(kernel::mm::heap_counts().objects, objects_before_) << "leaks its nodes";
}

} // namespace
