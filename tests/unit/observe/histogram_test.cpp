#include "vmm/observe/histogram.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>

namespace vitrine {
namespace {

std::unique_ptr<Histogram> empty_histogram() { return std::make_unique<Histogram>(Histogram{}); }

TEST(Histogram, KeepsSmallValuesExactly)
{
    for (std::uint64_t value = 0; value < 32; ++value)
        EXPECT_EQ(Histogram::middle_of(Histogram::bucket_of(value)), value);
}

TEST(Histogram, PutsEveryValueIntoABucketWhoseMiddleIsWithinOneThirtySecond)
{
    for (std::uint64_t value = 1; value < 1ULL << 39; value = value * 21 / 20 + 1) {
        const auto middle = static_cast<double>(Histogram::middle_of(Histogram::bucket_of(value)));
        EXPECT_LE(std::abs(middle - static_cast<double>(value)), static_cast<double>(value) / 32) << value;
    }
}

TEST(Histogram, HasBucketsInTheOrderOfTheirValues)
{
    std::size_t previous = 0;
    for (std::uint64_t value = 0; value < 1 << 20; ++value) {
        const std::size_t bucket = Histogram::bucket_of(value);
        EXPECT_TRUE(bucket == previous || bucket == previous + 1) << value;
        previous = bucket;
    }
}

TEST(Histogram, TakesTheLargestValueThereIs)
{
    const auto histogram = empty_histogram();

    histogram->record(~std::uint64_t{0});

    EXPECT_LT(Histogram::bucket_of(~std::uint64_t{0}), Histogram::buckets);
    EXPECT_EQ(histogram->max(), ~std::uint64_t{0});
    EXPECT_EQ(histogram->quantile(0.5), ~std::uint64_t{0});
}

TEST(Histogram, FindsQuantilesOfAUniformDistribution)
{
    const auto histogram = empty_histogram();

    for (std::uint64_t value = 1; value <= 10'000; ++value)
        histogram->record(value);

    EXPECT_NEAR(static_cast<double>(histogram->quantile(0.50)), 5'000, 5'000.0 / 32);
    EXPECT_NEAR(static_cast<double>(histogram->quantile(0.99)), 9'900, 9'900.0 / 32);
    EXPECT_EQ(histogram->min(), 1U);
    EXPECT_EQ(histogram->max(), 10'000U);
    EXPECT_EQ(histogram->total(), 50'005'000U);
    EXPECT_EQ(histogram->count(), 10'000U);
}

TEST(Histogram, NeverShowsAQuantileOutsideWhatWasRecorded)
{
    const auto histogram = empty_histogram();

    histogram->record(1'000'003);

    EXPECT_EQ(histogram->quantile(0.0), 1'000'003U);
    EXPECT_EQ(histogram->quantile(1.0), 1'000'003U);
}

} // namespace
} // namespace vitrine
