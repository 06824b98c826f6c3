#include "lib/ring_buffer.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <random>
#include <vector>

namespace {

using kernel::RingBuffer;

std::vector<std::byte> bytes_from(std::mt19937& random, std::size_t count)
{
    std::vector<std::byte> bytes(count);
    for (std::byte& byte : bytes)
        byte = static_cast<std::byte>(random());
    return bytes;
}

TEST(RingBuffer, TakesNoMoreThanItHolds)
{
    RingBuffer<8> ring;
    const std::vector<std::byte> ten(10, std::byte{1});

    EXPECT_EQ(ring.push(ten), 8U);
    EXPECT_EQ(ring.space(), 0U);
    EXPECT_FALSE(ring.push(std::byte{2}));
}

TEST(RingBuffer, GivesBackWhatWasPutInAcrossItsEdge)
{
    std::mt19937 random{2};
    RingBuffer<64> ring;
    std::deque<std::byte> model;

    for (int step = 0; step < 5'000; ++step) {
        const auto in = bytes_from(random, random() % 40);
        const std::size_t pushed = ring.push(in);
        ASSERT_EQ(pushed, std::min<std::size_t>(in.size(), 64 - model.size()));
        model.insert(model.end(), in.begin(), in.begin() + static_cast<std::ptrdiff_t>(pushed));
        ASSERT_EQ(ring.size(), model.size());

        std::vector<std::byte> peeked(random() % 20);
        const std::size_t offset = random() % (model.size() + 1);
        const std::size_t seen = ring.peek(offset, peeked);
        ASSERT_EQ(seen, std::min(peeked.size(), model.size() - offset));
        ASSERT_TRUE(std::equal(peeked.begin(), peeked.begin() + static_cast<std::ptrdiff_t>(seen),
                               model.begin() + static_cast<std::ptrdiff_t>(offset)));

        std::vector<std::byte> out(random() % 40);
        const std::size_t popped = ring.pop(out);
        ASSERT_EQ(popped, std::min(out.size(), model.size()));
        ASSERT_TRUE(std::equal(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(popped), model.begin()));
        model.erase(model.begin(), model.begin() + static_cast<std::ptrdiff_t>(popped));
    }
}

TEST(RingBuffer, ForgetsTheOldestWhenTold)
{
    RingBuffer<8> ring;
    const std::byte in[] = {std::byte{1}, std::byte{2}, std::byte{3}};
    ring.push(in);

    ring.drop(2);

    std::byte out{};
    EXPECT_EQ(ring.pop({&out, 1}), 1U);
    EXPECT_EQ(out, std::byte{3});
    ring.drop(5);
    EXPECT_TRUE(ring.empty());
}

} // namespace
