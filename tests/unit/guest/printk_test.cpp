#include "kernel/printk.hpp"

#include "tests/unit/guest/fake/machine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using kernel::LogLevel;
using kernel::printk;
using testing::HasSubstr;
using testing::Not;

class Printk : public testing::Test {
protected:
    Printk()
    {
        fake::set_time(1'234'567'890);
        kernel::set_console_level(kernel::default_console_level);
        fake::console_output();
    }
};

TEST_F(Printk, PutsATimeStampBeforeEachLine)
{
    printk(LogLevel::error, "{} and {:#x}", 1, 2);

    EXPECT_EQ(fake::console_output(), "[    1.234567] 1 and 0x2\n");
}

TEST_F(Printk, LetsWarningsThroughAndKeepsBootQuietOtherwise)
{
    printk(LogLevel::warning, "warned");
    printk(LogLevel::notice, "noticed");
    printk(LogLevel::info, "informed");

    EXPECT_EQ(fake::console_output(), "[    1.234567] warned\n");
}

TEST_F(Printk, HonoursTheCommandLine)
{
    const auto prints = [](std::string_view command_line, LogLevel level) {
        kernel::set_console_level(kernel::default_console_level);
        kernel::configure_log(command_line);
        printk(level, "x");
        return !fake::console_output().empty();
    };

    EXPECT_TRUE(prints("console=hvc0 loglevel=8", LogLevel::debug));
    EXPECT_FALSE(prints("loglevel=4", LogLevel::warning));
    EXPECT_TRUE(prints("loglevel=4", LogLevel::error));
    EXPECT_FALSE(prints("quiet", LogLevel::warning));
    EXPECT_TRUE(prints("debug", LogLevel::debug));
    EXPECT_TRUE(prints("loglevel=banana", LogLevel::warning));
    EXPECT_FALSE(prints("loglevel=", LogLevel::notice));
    EXPECT_FALSE(prints("nodebug", LogLevel::debug));
}

TEST_F(Printk, PrintsWhatCameBeforeToANewConsole)
{
    kernel::set_console_level(8);
    printk(LogLevel::info, "before the console");
    fake::console_output();

    kernel::replay_log();

    EXPECT_THAT(fake::console_output(), HasSubstr("[    1.234567] before the console\n"));
}

TEST_F(Printk, ForgetsTheOldestLinesWhenTheLogIsFull)
{
    printk(LogLevel::warning, "the first of many");
    for (int line = 0; line < 2'000; ++line)
        printk(LogLevel::warning, "line {}", line);
    fake::console_output();

    kernel::replay_log();

    const std::string log = fake::console_output();
    EXPECT_THAT(log, Not(HasSubstr("the first of many")));
    EXPECT_THAT(log, HasSubstr("line 1998\n[    1.234567] line 1999\n"));
    EXPECT_GT(std::count(log.begin(), log.end(), '\n'), 500);
}

TEST_F(Printk, CutsOffALineThatIsTooLong)
{
    printk(LogLevel::error, "{}", std::string(1'000, 'a').c_str());

    EXPECT_EQ(fake::console_output(), "[    1.234567] " + std::string(256, 'a') + "\n");
}

TEST_F(Printk, PrintsEverythingInAPanic)
{
    kernel::log_without_lock();

    printk(LogLevel::debug, "last words");

    EXPECT_THAT(fake::console_output(), HasSubstr("last words"));
}

} // namespace
