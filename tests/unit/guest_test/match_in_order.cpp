#include "vmm/guest_test/match_in_order.hpp"

#include <gtest/gtest.h>

namespace vitrine::guest_test {
namespace {

Pattern text(std::string text) { return {.text = std::move(text)}; }
Pattern regex(std::string text) { return {.text = std::move(text), .is_regex = true}; }

TEST(Pattern, FindsTextFromAPositionOn)
{
    EXPECT_EQ(text("ab").find("ab ab", 0), 2U);
    EXPECT_EQ(text("ab").find("ab ab", 1), 5U);
    EXPECT_EQ(text("ab").find("ab ab", 4), std::nullopt);
}

TEST(Pattern, SearchesRegularExpressionsWithinALine)
{
    EXPECT_EQ(regex("b+").find("a\nbbb\n", 0), 5U);
    EXPECT_EQ(regex("^b.*$").find("a\nbcd\ne", 0), 5U);
    EXPECT_EQ(regex("a.*e").find("a\nbcd\ne", 0), std::nullopt);
}

TEST(Pattern, SurvivesALineOfAMegabyte)
{
    EXPECT_EQ(regex("(a|b)*c").find(std::string(1 << 20, 'a'), 0), std::nullopt);
}

/// A quarter of a million pieces: minutes, if each were searched from the beginning.
TEST(MatchInOrder, IsNotSlowedDownByAFlood)
{
    for (const Pattern& pattern : {text("end of it"), regex("end of (it|that)$")}) {
        for (const std::string_view piece : {"flood\n", "flood "}) {
            MatchInOrder match{{pattern}};
            for (int i = 0; i < 250'000; ++i)
                match.append(piece);
            EXPECT_FALSE(match.complete());

            match.append("\nthe end ");
            match.append("of it");

            EXPECT_TRUE(match.complete());
        }
    }
}

TEST(MatchInOrder, FindsPatternsOneAfterAnother)
{
    MatchInOrder match{{text("one"), regex("t[aeiou]o"), text("one")}};

    match.append("one two");
    EXPECT_FALSE(match.complete());
    match.append("");
    EXPECT_FALSE(match.complete()) << "the second \"one\" is not the first again; and \"two\" is no match";
    match.append(" tio o");
    match.append("ne");

    EXPECT_TRUE(match.complete());
}

TEST(MatchInOrder, FindsAPatternThatComesInPieces)
{
    MatchInOrder match{{text("hello")}};

    for (const char c : std::string{"he\rhel\rlo"})
        match.append({&c, 1});

    EXPECT_TRUE(match.complete());
    EXPECT_EQ(match.text(), "hehello") << "carriage returns are left out";
}

TEST(MatchInOrder, TellsEachMatchOnce)
{
    std::vector<std::size_t> seen;
    MatchInOrder match{{text("a"), text("b")}, [&](std::size_t number) { seen.push_back(number); }};

    match.append("ab");
    match.append("ab");

    EXPECT_EQ(seen, (std::vector<std::size_t>{0, 1}));
}

TEST(MatchInOrder, MarksThePlaceWhereItStopped)
{
    MatchInOrder match{{text("one"), text("three")}};

    match.append("zero\none and a half\ntwo\n");

    EXPECT_EQ(match.explain(), "zero\none and a half\n"
                               ">>>>>>>> 1 of 2 patterns matched up to here; not found after it: \"three\"\n"
                               "two\n");
}

TEST(MatchInOrder, MarksTheBeginningWhenNothingMatched)
{
    MatchInOrder match{{regex("x+")}};

    match.append("zero");

    EXPECT_EQ(match.explain(), ">>>>>>>> 0 of 1 patterns matched up to here; not found after it: /x+/\nzero");
}

TEST(MatchInOrder, IsCompleteWithoutPatterns) { EXPECT_TRUE(MatchInOrder{{}}.complete()); }

} // namespace
} // namespace vitrine::guest_test
