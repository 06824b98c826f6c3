#include "kernel/init/command_line.hpp"

#include <gtest/gtest.h>

namespace {

using kernel::command_line::find;
using kernel::command_line::init_arguments;

TEST(CommandLine, FindsTheValueOfAName)
{
    EXPECT_EQ(find("quiet init=/bin/sh  loglevel=7", "init"), "/bin/sh");
    EXPECT_EQ(find("quiet init=/bin/sh  loglevel=7", "loglevel"), "7");
}

TEST(CommandLine, GivesABareNameAnEmptyValue) { EXPECT_EQ(find("quiet init=/bin/sh", "quiet"), ""); }

TEST(CommandLine, DoesNotTakeAPartOfAWordForAName)
{
    EXPECT_EQ(find("quieter disquiet noquiet=1", "quiet"), std::nullopt);
    EXPECT_EQ(find("", "quiet"), std::nullopt);
}

TEST(CommandLine, LetsTheLastOneWin) { EXPECT_EQ(find("init=/a init=/b", "init"), "/b"); }

TEST(CommandLine, KeepsBlanksWithinQuotes)
{
    EXPECT_EQ(find("name=\"two words\" next=1", "name"), "two words");
    EXPECT_EQ(find("name=\"two words\" next=1", "next"), "1");
    EXPECT_EQ(find("name=\"never closed next=1", "next"), std::nullopt);
}

TEST(CommandLine, LeavesWhatFollowsTheDashesToInit)
{
    EXPECT_EQ(find("quiet -- init=/bin/sh", "init"), std::nullopt);
    EXPECT_EQ(init_arguments("quiet -- one two"), "one two");
    EXPECT_EQ(init_arguments("quiet --"), "");
    EXPECT_EQ(init_arguments("quiet"), "");
}

TEST(CommandLine, TakesOnlyDecimalNumbersForNumbers)
{
    EXPECT_EQ(kernel::command_line::to_number("0"), 0U);
    EXPECT_EQ(kernel::command_line::to_number("4294967295"), 4294967295U);
    for (const auto* const none : {"", "4294967296", "-1", "1s", "0x10", " 1"})
        EXPECT_EQ(kernel::command_line::to_number(none), std::nullopt) << none;
}

} // namespace
