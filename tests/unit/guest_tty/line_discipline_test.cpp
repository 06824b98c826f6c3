#include "fake_wire.hpp"

#include <gtest/gtest.h>

namespace {

using kernel::Signal;
using namespace kernel::tty;

kernel::signal::SignalSet just(Signal signal)
{
    kernel::signal::SignalSet signals;
    signals.add(signal);
    return signals;
}

TEST(LineDiscipline, GivesALineOnceItIsEnded)
{
    Terminal terminal;

    terminal.type("abc");
    EXPECT_FALSE(terminal.lines.readable());
    terminal.type("\nde\n");

    EXPECT_EQ(terminal.read(), "abc\n");
    EXPECT_TRUE(terminal.lines.readable());
    EXPECT_EQ(terminal.read(), "de\n");
    EXPECT_FALSE(terminal.lines.readable());
}

TEST(LineDiscipline, GivesALineInPieces)
{
    Terminal terminal;
    char four[4];

    terminal.type("abcdef\nx\n");

    EXPECT_FALSE(terminal.lines.read(four).line_over);
    const LineDiscipline::Taken rest = terminal.lines.read(four);
    EXPECT_TRUE(rest.line_over);
    EXPECT_EQ(rest.count, 3U);
    EXPECT_EQ(terminal.read(), "x\n");
}

TEST(LineDiscipline, ReadsNothingAtTheEndOfInput)
{
    Terminal terminal;

    terminal.type("\x04"
                  "ab\x04");

    EXPECT_TRUE(terminal.lines.readable());
    char some[10];
    EXPECT_TRUE(terminal.lines.read(some).line_over);
    EXPECT_EQ(terminal.read(), "ab");
    EXPECT_FALSE(terminal.lines.readable());
}

TEST(LineDiscipline, TakesTheEndOfInputWithTheBytesThatItPushes)
{
    Terminal terminal;

    terminal.type("abc\x04");

    EXPECT_EQ(terminal.read(3), "abc");
    EXPECT_FALSE(terminal.lines.readable());
}

TEST(LineDiscipline, CountsWhatCanBeRead)
{
    Terminal terminal;
    terminal.type("ab\ncd\x04"
                  "ef");
    EXPECT_EQ(terminal.lines.input_size(), 5U);

    terminal.lines.set_termios(Settings{}.raw(1, 0).termios);
    EXPECT_EQ(terminal.lines.input_size(), 8U);
}

TEST(LineDiscipline, CutsALineThatIsTooLongButLetsItEnd)
{
    Terminal terminal;

    EXPECT_EQ(terminal.type(std::string(5000, 'x') + "\n"), 5001U);

    EXPECT_EQ(terminal.read(), std::string(4095, 'x') + "\n");
}

TEST(LineDiscipline, TakesNoMoreThanItHasRoomFor)
{
    Terminal terminal;
    const std::string line = std::string(99, 'y') + "\n";
    terminal.type("first\n");

    std::size_t taken = 0;
    for (std::size_t now = line.size(); now == line.size(); taken += now)
        now = terminal.type(line);

    EXPECT_EQ(taken, 4095U - 6U);
    EXPECT_EQ(terminal.type("z"), 0U);
    EXPECT_EQ(terminal.read(), "first\n");
    EXPECT_EQ(terminal.type("zzzzzzz"), 6U);
}

TEST(LineDiscipline, SendsSignals)
{
    struct {
        char typed;
        Signal signal;
    } const cases[] = {{'\x03', Signal::interrupt}, {'\x1c', Signal::quit}, {'\x1a', Signal::tstp}};
    for (const auto& [typed, signal] : cases) {
        Terminal terminal;

        terminal.type("line\nabc");
        terminal.type({&typed, 1});

        EXPECT_EQ(terminal.lines.take_signals(), just(signal));
        EXPECT_TRUE(terminal.lines.take_signals().empty());
        EXPECT_FALSE(terminal.lines.readable()) << "what was typed is gone";
        EXPECT_EQ(terminal.wire.discarded, 1);
        EXPECT_EQ(terminal.wire.shown, std::string("line\r\nabc^") + static_cast<char>(typed ^ 0x40));
    }
}

TEST(LineDiscipline, KeepsItsInputOverASignalWithNoflsh)
{
    Terminal terminal{Settings{}.set_local(local::noflsh).termios};

    terminal.type("a\x03"
                  "b\n");

    EXPECT_EQ(terminal.lines.take_signals(), just(Signal::interrupt));
    EXPECT_EQ(terminal.read(), "ab\n");
    EXPECT_EQ(terminal.wire.discarded, 0);
}

TEST(LineDiscipline, StopsAndStartsTheOutput)
{
    Terminal terminal;

    terminal.type("a\x13");
    EXPECT_TRUE(terminal.wire.stopped);
    terminal.type("b");
    EXPECT_TRUE(terminal.wire.stopped);
    terminal.type("\x11\n");

    EXPECT_FALSE(terminal.wire.stopped);
    EXPECT_EQ(terminal.read(), "ab\n");
}

TEST(LineDiscipline, StartsTheOutputForAnyCharacterWithIxany)
{
    Terminal terminal{Settings{}.set_input(input::ixany).termios};

    terminal.type("\x13x");

    EXPECT_FALSE(terminal.wire.stopped);
}

TEST(LineDiscipline, StartsTheOutputForASignalAndForTheEndOfFlowControl)
{
    Terminal terminal;

    terminal.type("\x13\x03");
    EXPECT_FALSE(terminal.wire.stopped);

    terminal.type("\x13");
    terminal.lines.set_termios(Settings{}.clear_input(input::ixon).termios);
    EXPECT_FALSE(terminal.wire.stopped);
}

TEST(LineDiscipline, MakesWhatABreakIsToBe)
{
    Terminal ignores{Settings{}.set_input(input::ignbrk).termios};
    ignores.lines.receive_break();
    EXPECT_TRUE(ignores.lines.take_signals().empty());

    Terminal signals{Settings{}.set_input(input::brkint).termios};
    signals.lines.receive_break();
    EXPECT_EQ(signals.lines.take_signals(), just(Signal::interrupt));

    Terminal marks{Settings{}.set_input(input::parmrk).raw(1, 0).termios};
    marks.lines.receive_break();
    EXPECT_EQ(marks.read(), std::string("\xff\0\0", 3));

    Terminal reads{Settings{}.raw(1, 0).termios};
    reads.lines.receive_break();
    EXPECT_EQ(reads.read(), std::string("\0", 1));
}

} // namespace
