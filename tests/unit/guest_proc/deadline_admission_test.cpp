#include "kernel/sched/deadline_admission.hpp"

#include <gtest/gtest.h>

namespace {

using kernel::sched::DeadlineAdmission;
using kernel::sched::DeadlineParameters;
using kernel::sched::is_valid;
using kernel::sched::millisecond;

TEST(DeadlineAdmissions, PromiseACpuNoMoreThanItHas)
{
    DeadlineAdmission admission;
    const u64 half = DeadlineAdmission::whole / 2;

    EXPECT_EQ(admission.reserve(half, 0b1), 0U);
    EXPECT_EQ(admission.reserve(half, 0b1), std::nullopt);

    admission.release(0, half);
    EXPECT_EQ(admission.reserve(half, 0b1), 0U);
}

TEST(DeadlineAdmissions, GoToTheCpuWithTheMostTimeLeft)
{
    DeadlineAdmission admission;
    const u64 third = DeadlineAdmission::whole / 3;

    EXPECT_EQ(admission.reserve(third, 0b1100), 2U);
    EXPECT_EQ(admission.reserve(third, 0b1100), 3U);
    EXPECT_EQ(admission.reserve(third / 2, 0b1000), 3U);
    EXPECT_EQ(admission.reserve(third, 0b1100), 2U);
    EXPECT_EQ(admission.reserve(third, 0), std::nullopt);
}

TEST(DeadlineAdmissions, LeaveSomethingForOthers)
{
    DeadlineAdmission admission;

    EXPECT_EQ(admission.reserve(DeadlineAdmission::whole, 0b1), std::nullopt);
    EXPECT_EQ(admission.reserve(DeadlineAdmission::most, 0b1), 0U);
}

TEST(DeadlineAdmissions, CountTheRuntimeOfEachPeriod)
{
    EXPECT_EQ(DeadlineAdmission::bandwidth_of({10 * millisecond, 20 * millisecond, 100 * millisecond}),
              DeadlineAdmission::whole / 10);
}

TEST(DeadlineAdmissions, AreForRuntimesWithinDeadlinesWithinPeriods)
{
    EXPECT_TRUE(is_valid(DeadlineParameters{millisecond, 2 * millisecond, 3 * millisecond}));
    EXPECT_FALSE(is_valid(DeadlineParameters{3 * millisecond, 2 * millisecond, 3 * millisecond}));
    EXPECT_FALSE(is_valid(DeadlineParameters{millisecond, 4 * millisecond, 3 * millisecond}));
    EXPECT_FALSE(is_valid(DeadlineParameters{1'000, millisecond, millisecond}));
    EXPECT_FALSE(is_valid(DeadlineParameters{2'000, 50'000, 50'000}));
    EXPECT_FALSE(is_valid(DeadlineParameters{millisecond, 5'000 * millisecond, 5'000 * millisecond}));
}

} // namespace
