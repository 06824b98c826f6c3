#include "fake_wire.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace {

using namespace std::string_literals;
using namespace kernel::tty;

/// What is typed, what a person sees, and what the program reads.
struct Case {
    const char* what;
    std::string typed;
    std::string shown;
    std::string read;
    Settings settings{};
};

std::vector<Case> standard_cases()
{
    return {
        {"plain", "abc\n", "abc\r\n", "abc\n"},
        {"CR is NL", "abc\r", "abc\r\n", "abc\n"},
        {"ERASE",
         "abx\x7f"
         "c\n",
         "abx\b \bc\r\n", "abc\n"},
        {"ERASE of nothing",
         "\x7f\x7f"
         "a\n",
         "a\r\n", "a\n"},
        {"ERASE of a control character",
         "a\x01\x7f"
         "b\n",
         "a^A\b \b\b \bb\r\n", "ab\n"},
        {"ERASE of a tab",
         "ab\t\x7f"
         "c\n",
         "ab\t\b\b\b\b\b\bc\r\n", "abc\n"},
        {"ERASE of a tab behind a tab",
         "\ta\t\x7f"
         "c\n",
         "\ta\t\b\b\b\b\b\b\bc\r\n", "\tac\n"},
        {"ERASE of a tab behind ^A", "\x01\t\x7f\n", "^A\t\b\b\b\b\b\b\r\n", "\x01\n"},
        {"WERASE", "one two\x17three\n", "one two\b \b\b \b\b \bthree\r\n", "one three\n"},
        {"WERASE takes the blanks behind the word", "one  \x17two\n", "one  \b \b\b \b\b \b\b \b\b \btwo\r\n", "two\n"},
        {"WERASE of what is no word", "a--\x17\n", "a--\b \b\b \b\b \b\r\n", "\n"},
        {"KILL",
         "ab\x15"
         "c\n",
         "ab\b \b\b \bc\r\n", "c\n"},
        {"LNEXT", "a\x16\x03\x16\x7f\n", "a^\b^C^\b^?\r\n", "a\x03\x7f\n"},
        {"LNEXT of a newline", "a\x16\nb\n", "a^\b^Jb\r\n", "a\nb\n"},
        {"REPRINT",
         "ab\x12"
         "c\n",
         "ab^R\r\nabc\r\n", "abc\n"},
        {"EOF ends what there is", "ab\x04", "ab", "ab"},
        {"ESC and DEL are shown", "\x1b[A\n", "^[[A\r\n", "\x1b[A\n"},
        {"beyond ASCII", "\xc3\xa4\x7f\n", "\xc3\xa4\b \b\r\n", "\xc3\n"},
    };
}

std::vector<Case> cases_with_settings()
{
    return {
        {"IUTF8",
         "a\xc3\xa4\x7f"
         "b\n",
         "a\xc3\xa4\b \bb\r\n", "ab\n", Settings{}.set_input(input::iutf8)},
        {"IUTF8 tab", "\xc3\xa4\t\x7f\n", "\xc3\xa4\t\b\b\b\b\b\b\b\r\n", "\xc3\xa4\n",
         Settings{}.set_input(input::iutf8)},
        {"no ECHO",
         "ab\x7f"
         "c\n",
         "", "ac\n", Settings{}.clear_local(local::echo)},
        {"ECHONL", "ab\n", "\r\n", "ab\n", Settings{}.clear_local(local::echo).set_local(local::echonl)},
        {"no ECHOE", "ab\x7f\n", "ab^?\r\n", "a\n", Settings{}.clear_local(local::echoe)},
        {"no ECHOCTL", "a\x01\x7f\n", "a\x01\r\n", "a\n", Settings{}.clear_local(local::echoctl)},
        {"no ECHOKE",
         "ab\x15"
         "c\n",
         "ab^U\r\nc\r\n", "c\n", Settings{}.clear_local(local::echoke)},
        {"neither ECHOK nor ECHOKE",
         "ab\x15"
         "c\n",
         "ab^Uc\r\n", "c\n", Settings{}.clear_local(local::echok | local::echoke)},
        {"ECHOPRT",
         "abc\x7f\x7f"
         "d\n",
         "abc\\cb/d\r\n", "ad\n", Settings{}.set_local(local::echoprt)},
        {"ECHOPRT of all", "ab\x7f\x7f\n", "ab\\ba/\r\n", "\n", Settings{}.set_local(local::echoprt)},
        {"no IEXTEN", "a\x16\x17\n", "a^V^W\r\n", "a\x16\x17\n", Settings{}.clear_local(local::iexten)},
        {"no ISIG", "a\x03\n", "a^C\r\n", "a\x03\n", Settings{}.clear_local(local::isig)},
        {"IGNCR", "a\rb\n", "ab\r\n", "ab\n", Settings{}.set_input(input::igncr)},
        {"INLCR", "a\nb\x04", "a^Mb", "a\rb", Settings{}.set_input(input::inlcr).clear_input(input::icrnl)},
        {"no ICRNL", "a\rb\n", "a^Mb\r\n", "a\rb\n", Settings{}.clear_input(input::icrnl)},
        {"ISTRIP", "\xe1\n", "a\r\n", "a\n", Settings{}.set_input(input::istrip)},
        {"IUCLC", "AbC\n", "abc\r\n", "abc\n", Settings{}.set_input(input::iuclc)},
        {"PARMRK doubles", "\xff\x04", "\xff", "\xff\xff", Settings{}.set_input(input::parmrk)},
        {"EOL", "ab;c\n", "ab;c\r\n", "ab;", Settings{}.set(Special::eol, ';')},
        {"EOL2", "ab;c\n", "ab;c\r\n", "ab;", Settings{}.set(Special::eol2, ';')},
        {"a place of its own", "ab#c\n", "ab\b \bc\r\n", "ac\n", Settings{}.set(Special::erase, '#')},
        {"no OPOST", "ab\n", "ab\n", "ab\n", Settings{}.clear_output(output::opost)},
        {"a place that is empty", "a\0b\n"s, "a^@b\r\n", "a\0b\n"s, Settings{}.set(Special::kill, disabled)},
        {"tab as blanks", "a\tb\n", "a       b\r\n", "a\tb\n", Settings{}.set_output(output::xtabs)},
    };
}

void check(const Case& what)
{
    SCOPED_TRACE(what.what);
    Terminal terminal{what.settings.termios};

    terminal.type(what.typed);

    EXPECT_EQ(terminal.wire.shown, what.shown);
    EXPECT_TRUE(terminal.lines.readable());
    EXPECT_EQ(terminal.read(), what.read);
    EXPECT_TRUE(terminal.lines.take_signals().empty());
}

TEST(LineEditing, WorksAsPeopleKnowIt)
{
    for (const Case& what : standard_cases())
        check(what);
}

TEST(LineEditing, FollowsTheSettings)
{
    for (const Case& what : cases_with_settings())
        check(what);
}

TEST(LineEditing, KnowsTheColumnBehindAPrompt)
{
    Terminal terminal;
    for (const char character : std::string_view{"$ "})
        static_cast<void>(terminal.lines.process(character));

    terminal.type("ab\t\x7f");

    EXPECT_EQ(terminal.wire.shown, "ab\t\b\b\b\b");
}

TEST(LineEditing, LeavesLinesThatAreEnded)
{
    Terminal terminal;

    terminal.type("one\ntwo\x15\x7f\x17three\n");

    EXPECT_EQ(terminal.read(), "one\n");
    EXPECT_EQ(terminal.read(), "three\n");
}

} // namespace
