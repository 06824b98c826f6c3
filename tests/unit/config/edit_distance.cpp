#include "vmm/config/edit_distance.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace vitrine {
namespace {

TEST(EditDistance, CountsInsertionsDeletionsReplacementsAndSwaps)
{
    EXPECT_EQ(edit_distance("memory", "memory"), 0U);
    EXPECT_EQ(edit_distance("memry", "memory"), 1U);
    EXPECT_EQ(edit_distance("memoryy", "memory"), 1U);
    EXPECT_EQ(edit_distance("memary", "memory"), 1U);
    EXPECT_EQ(edit_distance("memroy", "memory"), 1U);
    EXPECT_EQ(edit_distance("", "memory"), 6U);
    EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
}

TEST(EditDistance, IgnoresCase) { EXPECT_EQ(edit_distance("irqChip", "irqchip"), 0U); }

TEST(DidYouMean, NamesTheNearestCandidate)
{
    const std::vector<std::string> candidates{"kernel", "kernel_mode", "cpus"};

    EXPECT_EQ(did_you_mean("kernal", candidates), "did you mean \"kernel\"?");
    EXPECT_EQ(did_you_mean("kernelmode", candidates), "did you mean \"kernel_mode\"?");
    EXPECT_EQ(did_you_mean("CPU", candidates), "did you mean \"cpus\"?");
}

TEST(DidYouMean, SaysNothingWhenNoCandidateIsNear)
{
    const std::vector<std::string> candidates{"kernel", "cpus"};

    EXPECT_EQ(did_you_mean("initramfs", candidates), "");
    EXPECT_EQ(did_you_mean(std::string(100'000, 'k'), candidates), "");
    EXPECT_EQ(did_you_mean("kernel", {}), "");
}

} // namespace
} // namespace vitrine
