#include "fake_wire.hpp"

#include <gtest/gtest.h>

namespace {

using kernel::Signal;
using namespace kernel::tty;

TEST(RawInput, IsReadableByteByByte)
{
    Terminal terminal{Settings{}.raw(1, 0).termios};

    terminal.type("a");
    EXPECT_TRUE(terminal.lines.readable());
    EXPECT_TRUE(terminal.lines.ready());
    EXPECT_EQ(terminal.wire.shown, "a");
    terminal.type("bc");

    EXPECT_EQ(terminal.read(2), "ab");
    EXPECT_EQ(terminal.read(), "c");
    EXPECT_FALSE(terminal.lines.readable());
}

TEST(RawInput, HasNoSpecialCharactersOfLines)
{
    Terminal terminal{Settings{}.raw(1, 0).clear_local(local::echo).termios};

    terminal.type("a\x7f\x15\x17\x04\x12\x16\r\n");

    EXPECT_EQ(terminal.read(), "a\x7f\x15\x17\x04\x12\x16\n\n");
}

TEST(RawInput, IsReadyForPollOnceThereIsAsMuchAsMinSays)
{
    Terminal terminal{Settings{}.raw(3, 0).termios};

    terminal.type("ab");
    EXPECT_TRUE(terminal.lines.readable());
    EXPECT_FALSE(terminal.lines.ready());
    terminal.type("c");

    EXPECT_TRUE(terminal.lines.ready());
}

TEST(RawInput, IsReadyForPollAtTheFirstByteWithATime)
{
    Terminal terminal{Settings{}.raw(3, 1).termios};

    terminal.type("a");

    EXPECT_TRUE(terminal.lines.ready());
}

TEST(RawInput, StillHasSignalsAndFlowControl)
{
    Terminal terminal{Settings{}.raw(1, 0).termios};

    terminal.type("ab\x03\x13");

    EXPECT_TRUE(terminal.lines.take_signals().contains(Signal::interrupt));
    EXPECT_TRUE(terminal.wire.stopped);
    EXPECT_FALSE(terminal.lines.readable());
}

TEST(RawInput, FillsTheBufferAndNoMore)
{
    Terminal terminal{Settings{}.raw(1, 0).clear_local(local::echo).termios};

    EXPECT_EQ(terminal.type(std::string(5000, 'x')), 4095U);
    EXPECT_EQ(terminal.type("x"), 0U);
    EXPECT_EQ(terminal.read(100).size(), 100U);
    EXPECT_EQ(terminal.type(std::string(5000, 'x')), 100U);
}

TEST(RawInput, MayGrowByMarksOnlyAsFarAsThereIsRoom)
{
    Terminal terminal{Settings{}.raw(1, 0).clear_local(local::echo).set_input(input::parmrk).termios};

    while (terminal.type("\xff") == 1) {
    }

    const std::string all = terminal.read();
    EXPECT_EQ(all.size() % 2, 0U);
    EXPECT_GE(all.size(), 4090U);
}

TEST(RawInput, BecomesALineWhenCanonicalModeBegins)
{
    Terminal terminal{Settings{}.raw(1, 0).termios};
    terminal.type("abc");

    terminal.lines.set_termios(standard_termios);
    EXPECT_TRUE(terminal.lines.readable());
    terminal.type("\x7f"
                  "d\n");

    EXPECT_EQ(terminal.read(), "abc");
    EXPECT_EQ(terminal.read(), "d\n");
}

TEST(RawInput, IsWhatWasBeingEditedWhenCanonicalModeEnds)
{
    Terminal terminal;
    terminal.type("one\ntw");

    terminal.lines.set_termios(Settings{}.raw(1, 0).termios);

    EXPECT_EQ(terminal.read(), "one\ntw");
}

TEST(RawInput, CanBeDiscarded)
{
    Terminal terminal{Settings{}.raw(1, 0).termios};
    terminal.type("abc");

    terminal.lines.discard_input();

    EXPECT_FALSE(terminal.lines.readable());
    EXPECT_EQ(terminal.lines.input_size(), 0U);
}

} // namespace
