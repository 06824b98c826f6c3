#include "terminal_session.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <unistd.h>

namespace vitrine {
namespace {

/// What the prompt ends with: the shell asks the terminal where the cursor is.
constexpr std::string_view prompt = "# \x1b[6n";

constexpr std::string_view control_c = "\x03";
constexpr std::string_view control_d = "\x04";
constexpr std::string_view control_z = "\x1a";
constexpr std::string_view up = "\x1b[A";
constexpr std::string_view left = "\x1b[D";
constexpr std::string_view erase = "\x7f";
constexpr std::string_view quit_vitrine = "\x01x";

/// configs/shell.json as a person uses it, in each kernel mode.
class Shell : public testing::TestWithParam<const char*> {
protected:
    static void SetUpTestSuite()
    {
        if (::access("/dev/kvm", R_OK | W_OK) != 0)
            GTEST_SKIP() << "needs /dev/kvm";
        if (!std::filesystem::exists(BUSYBOX))
            GTEST_SKIP() << BUSYBOX " is missing: run scripts/make-busybox-root";
    }

    void expect(std::string_view text)
    {
        EXPECT_TRUE(session_.wait_for(text)) << "not shown: \"" << text << "\", but:\n" << session_.rest();
    }
    /// Types a command; the screen has shown it when this returns.
    void enter(std::string_view keys)
    {
        session_.type(keys);
        session_.type("\r");
        expect("\n");
    }
    void run(std::string_view command, std::string_view shows)
    {
        enter(command);
        expect(shows);
        expect(prompt);
    }
    /// Runs a program that says when it has the terminal, and then reads.
    void start_reader()
    {
        enter("sh -c 'echo sta''rted; exec cat'");
        expect("started\n");
    }

    TerminalSession session_{{VITRINE, "run", SHELL_CONFIG, "--set", std::string{"kernel_mode="} + GetParam()}};
};

TEST_P(Shell, EditsLines)
{
    expect(prompt);

    run("echo he" + std::string{erase} + "ello", "hello\n");
    run("echo a-c" + std::string{left} + std::string{erase} + "b", "abc\n");
    run(up, "abc\n");
    run("echo never" + std::string{control_c}, "");
    run("echo $((6 * 7))", "42\n");

    session_.type("exit\r");
    EXPECT_EQ(session_.wait_for_end(), 0);
}

TEST_P(Shell, HasProgramsThatReadTheTerminalAndCanBeInterrupted)
{
    expect(prompt);

    start_reader();
    session_.type("two words\r");
    expect("two words\ntwo words\n");
    session_.type(control_c);
    expect(prompt);
    run("echo status $?", "status 130\n");
    start_reader();
    session_.type(control_d);
    expect(prompt);

    session_.type("exit 7\r");
    EXPECT_EQ(session_.wait_for_end(), 7);
    EXPECT_TRUE(session_.has_settings_of_the_beginning());
}

TEST_P(Shell, ControlsJobs)
{
    expect(prompt);

    start_reader();
    session_.type(control_z);
    expect("Stopped");
    expect(prompt);
    run("jobs", "Stopped");
    enter("fg");
    session_.type("again\r");
    expect("again\n");
    session_.type(control_d);
    expect(prompt);
    run("while :; do :; done &", "");
    run("jobs", "Running");
    run("kill %1; wait; echo end''ed", "ended\n");
    run("jobs; echo no''ne", "none\n");

    session_.type("exit\r");
    EXPECT_EQ(session_.wait_for_end(), 0);
}

TEST_P(Shell, KnowsTheSizeOfTheWindow)
{
    expect(prompt);
    run("stty size", "24 80\n");

    session_.resize(40, 120);

    run("until [ \"$(stty size)\" = '40 120' ]; do :; done; echo resi''zed", "resized\n");
}

TEST_P(Shell, IsLeftByVitrinesOwnCommand)
{
    expect(prompt);

    session_.type(quit_vitrine);

    session_.wait_for_end();
    EXPECT_TRUE(session_.has_settings_of_the_beginning());
}

INSTANTIATE_TEST_SUITE_P(InEachMode, Shell, testing::Values("ring3", "ring0"),
                         [](const auto& mode) { return std::string{mode.param}; });

} // namespace
} // namespace vitrine
