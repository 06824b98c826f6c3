#include "fakes.hpp"

#include "vmm/devices/console_size.hpp"
#include "vmm/kvm/unique_fd.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <sys/ioctl.h>

namespace vitrine::test {
namespace {

class ConsoleSizes : public testing::Test {
protected:
    ConsoleSizes() : master_{::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)}
    {
        ::unlockpt(master_.get());
        terminal_ = UniqueFd{::open(::ptsname(master_.get()), O_RDWR | O_NOCTTY | O_CLOEXEC)};
    }

    void resize(unsigned short rows, unsigned short columns)
    {
        const winsize size{.ws_row = rows, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
        ::ioctl(master_.get(), TIOCSWINSZ, &size);
    }
    /// It is not our controlling terminal: nobody else tells us.
    void tell()
    {
        ::raise(SIGWINCH);
        loop_.restart();
        loop_.run_one(); // the signal is noticed
        loop_.poll();    // and looked into
    }

    UniqueFd master_;
    UniqueFd terminal_;
    boost::asio::io_context loop_;
    FakeLine line_;
};

TEST_F(ConsoleSizes, AreKnownOnlyOfTerminalsThatHaveOne)
{
    EXPECT_FALSE(ConsoleSize::is_known(-1));
    EXPECT_FALSE(ConsoleSize::is_known(terminal_.get()));

    resize(24, 80);

    EXPECT_TRUE(ConsoleSize::is_known(terminal_.get()));
}

TEST_F(ConsoleSizes, CanBeRead)
{
    resize(24, 80);
    ConsoleSize device{loop_, terminal_.get(), line_};

    EXPECT_EQ(in(device, 0, 4), 24U | 80U << 16);
    EXPECT_EQ(in(device, 2, 2), 80U);
    EXPECT_EQ(line_.rises, 0U);
}

TEST_F(ConsoleSizes, InterruptWhenTheyChange)
{
    resize(24, 80);
    ConsoleSize device{loop_, terminal_.get(), line_};

    resize(50, 132);
    tell();
    EXPECT_EQ(in(device, 0, 4), 50U | 132U << 16);
    EXPECT_EQ(line_.rises, 1U);
    EXPECT_FALSE(line_.high);

    tell();
    EXPECT_EQ(line_.rises, 1U) << "the same size again";
}

} // namespace
} // namespace vitrine::test
