#include "vmm/guest_test/difference.hpp"

#include <gtest/gtest.h>

namespace vitrine::guest_test {
namespace {

TEST(Difference, ShowsTheFirstLinesThatDifferAndWhatLeadsToThem)
{
    EXPECT_EQ(describe_difference("1\n2\n3\n4\nfive\n6\n", "1\n2\n3\n4\nfife\n6\n"),
              "line 5 (- expected, + found):\n  2\n  3\n  4\n- five\n- 6\n+ fife\n+ 6\n");
}

TEST(Difference, ShowsTheFirstLine)
{
    EXPECT_EQ(describe_difference("a\n", "b\n"), "line 1 (- expected, + found):\n- a\n+ b\n");
}

TEST(Difference, ShowsWhereATextEndsTooEarly)
{
    EXPECT_EQ(describe_difference("a\nb\n", "a\n"), "line 2 (- expected, + found):\n  a\n- b\n+ (ends here)\n");
    EXPECT_EQ(describe_difference("", "a\n"), "line 1 (- expected, + found):\n- (ends here)\n+ a\n");
}

TEST(Difference, ShowsALineThatDoesNotEnd)
{
    EXPECT_EQ(describe_difference("ab", "abc"), "line 1 (- expected, + found):\n- ab\n+ abc\n");
}

} // namespace
} // namespace vitrine::guest_test
