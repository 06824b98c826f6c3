#include "vmm/observe/exit_log.hpp"

#include <gtest/gtest.h>

namespace vitrine {
namespace {

TEST(ExitLog, IsEmptyAtFirst) { EXPECT_TRUE(ExitLog{}.in_order().empty()); }

TEST(ExitLog, KeepsTheLastExitsOldestFirst)
{
    ExitLog log;

    for (std::uint64_t i = 0; i < ExitLog::capacity + 5; ++i)
        log.next().address = i;

    const auto exits = log.in_order();
    ASSERT_EQ(exits.size(), ExitLog::capacity);
    EXPECT_EQ(exits.front().address, 5U);
    EXPECT_EQ(exits.back().address, ExitLog::capacity + 4);
}

} // namespace
} // namespace vitrine
