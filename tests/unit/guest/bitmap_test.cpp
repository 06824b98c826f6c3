#include "lib/bitmap.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace {

using kernel::Bitmap;

TEST(Bitmap, FindsTheLowestClearBitFromAPlaceOn)
{
    u64 words[2] = {~0ULL, 0b1011};
    const Bitmap bitmap{words};

    EXPECT_EQ(bitmap.find_clear(), 64 + 2);
    EXPECT_EQ(bitmap.find_clear(64 + 3), 64 + 4);
    EXPECT_EQ(bitmap.find_clear(127), 127);
    EXPECT_EQ(bitmap.find_clear(128), std::nullopt);
}

TEST(Bitmap, SaysSoWhenAllBitsAreSet)
{
    u64 words[2] = {~0ULL, ~0ULL};

    EXPECT_EQ(Bitmap{words}.find_clear(), std::nullopt);
    EXPECT_EQ(Bitmap{}.find_clear(), std::nullopt);
}

TEST(Bitmap, DoesAsASetDoes)
{
    std::mt19937 random{1};
    u64 words[4] = {};
    Bitmap bitmap{words};
    std::set<std::size_t> model;

    for (int step = 0; step < 5'000; ++step) {
        const std::size_t bit = random() % bitmap.size();
        if (random() % 3 != 0) {
            bitmap.set(bit);
            model.insert(bit);
        } else {
            bitmap.clear(bit);
            model.erase(bit);
        }
        ASSERT_EQ(bitmap.test(bit), model.contains(bit));
        std::size_t expected = random() % bitmap.size();
        const auto found = bitmap.find_clear(expected);
        while (model.contains(expected))
            ++expected;
        ASSERT_EQ(found, expected == bitmap.size() ? std::nullopt : std::optional{expected});
    }
}

} // namespace
