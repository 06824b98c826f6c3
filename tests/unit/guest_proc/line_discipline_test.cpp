#include "kernel/fs/line_discipline.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using kernel::fs::LineDiscipline;

std::string echoed;

void type(LineDiscipline& lines, std::string_view text)
{
    for (const char character : text)
        lines.type(character, [](std::string_view shown) { echoed += shown; });
}

std::string read(LineDiscipline& lines, std::size_t most = 1000)
{
    std::string text(most, '\0');
    text.resize(lines.read(text));
    return text;
}

class Lines : public testing::Test {
protected:
    Lines() { echoed.clear(); }
    LineDiscipline lines_;
};

TEST_F(Lines, CanBeReadOnceTheyAreEnded)
{
    type(lines_, "abc");
    EXPECT_FALSE(lines_.readable());
    type(lines_, "\nde\r");

    EXPECT_TRUE(lines_.readable());
    EXPECT_EQ(read(lines_), "abc\n");
    EXPECT_EQ(read(lines_), "de\n");
    EXPECT_FALSE(lines_.readable());
    EXPECT_EQ(echoed, "abc\nde\n");
}

TEST_F(Lines, CanBeReadInPieces)
{
    type(lines_, "abcdef\n");

    EXPECT_EQ(read(lines_, 4), "abcd");
    EXPECT_TRUE(lines_.readable());
    EXPECT_EQ(read(lines_, 4), "ef\n");
    EXPECT_FALSE(lines_.readable());
}

TEST_F(Lines, CanBeEdited)
{
    type(lines_, "\x7f"
                 "abx\x7fy\b\bc\n");
    EXPECT_EQ(read(lines_), "ac\n");

    type(lines_, "all wrong\x15right\n");
    EXPECT_EQ(read(lines_), "right\n");
    EXPECT_NE(echoed.find("\b \b"), std::string::npos);
}

TEST_F(Lines, EndWithoutANewlineAtEndOfInput)
{
    type(lines_, "part\x04");
    EXPECT_EQ(read(lines_), "part");

    type(lines_, "\x04");
    EXPECT_TRUE(lines_.readable());
    EXPECT_EQ(read(lines_), "");
    EXPECT_FALSE(lines_.readable());
}

TEST_F(Lines, AreCutAtTheLongest)
{
    type(lines_, std::string(1000, 'x') + "\n");

    EXPECT_EQ(read(lines_), std::string(LineDiscipline::max_line, 'x') + "\n");
}

TEST_F(Lines, AreLostWholeWhenThereIsNoRoomForThem)
{
    for (int i = 0; i < 100; ++i)
        type(lines_, std::string(99, static_cast<char>('a' + i % 26)) + "\n");

    int whole = 0;
    while (lines_.readable()) {
        const std::string line = read(lines_);
        ASSERT_EQ(line.size(), 100U);
        ASSERT_EQ(line, std::string(99, line[0]) + "\n");
        ++whole;
    }
    EXPECT_GE(whole, 40);
    EXPECT_LT(whole, 42);
}

} // namespace
