#include "kernel/tty/output_processor.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace kernel::tty;

struct Case {
    const char* what;
    u32 flags;
    std::string written;
    std::string out;
    unsigned column;
};

const Case cases[] = {
    {"nothing to do", output::opost, "ab\n", "ab\n", 2},
    {"ONLCR", output::onlcr, "ab\ncd", "ab\r\ncd", 2},
    {"OCRNL", output::ocrnl, "ab\rcd", "ab\ncd", 4},
    {"OCRNL and ONLRET", output::ocrnl | output::onlret, "ab\rcd", "ab\ncd", 2},
    {"ONOCR", output::onocr, "\rab\r\rcd", "ab\rcd", 2},
    {"ONLRET", output::onlret, "ab\ncd", "ab\ncd", 2},
    {"OLCUC", output::olcuc, "aBc1", "ABC1", 4},
    {"tabs", output::opost, "a\tb\t", "a\tb\t", 16},
    {"XTABS", output::xtabs, "a\tb", "a       b", 9},
    {"backspace", output::opost, "ab\b\b\bc", "ab\b\b\bc", 1},
    {"control characters take no column", output::opost,
     "a\x1b\x01"
     "b",
     "a\x1b\x01"
     "b",
     2},
};

TEST(OutputProcessor, DoesWhatTheFlagsSay)
{
    for (const Case& what : cases) {
        SCOPED_TRACE(what.what);
        Termios termios{};
        termios.c_oflag = what.flags | output::opost;
        OutputProcessor processor;
        std::string out;

        for (const char character : what.written)
            out += processor.process(character, termios).view();

        EXPECT_EQ(out, what.out);
        EXPECT_EQ(processor.column(), what.column);
    }
}

TEST(OutputProcessor, CountsUtf8CharactersOnce)
{
    Termios termios{};
    termios.c_oflag = output::opost;
    termios.c_iflag = input::iutf8;
    OutputProcessor processor;

    for (const char character : std::string{"\xc3\xa4\xe2\x82\xac"})
        static_cast<void>(processor.process(character, termios));

    EXPECT_EQ(processor.column(), 2U);
}

TEST(OutputProcessor, KnowsWhatNeedsNoProcessing)
{
    const auto ordinary = [](const std::string& text, u32 flags) {
        Termios termios;
        termios.c_oflag = flags | output::opost;
        return OutputProcessor::ordinary(text, termios);
    };

    EXPECT_EQ(ordinary("plain ~\n", output::onlcr), 7U);
    EXPECT_EQ(ordinary("a\tb", 0), 1U);
    EXPECT_EQ(ordinary("a\x7f", 0), 1U);
    EXPECT_EQ(ordinary("gr\xc3\xbc\xc3\x9f", 0), 2U); // how many columns UTF-8 takes is not for here
    EXPECT_EQ(ordinary("abc", output::olcuc), 0U);
    EXPECT_EQ(ordinary("", 0), 0U);
}

} // namespace
