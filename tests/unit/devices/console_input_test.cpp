#include "vmm/devices/console_input.hpp"

#include <gtest/gtest.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <memory>
#include <pty.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>

namespace vitrine::test {
namespace {

/// Takes `room` bytes, then no more until the test makes room.
struct FakeReceiver final : InputReceiver {
    std::string got;
    std::size_t room = 1 << 20;
    std::function<void()> notify;

    std::size_t receive(std::string_view bytes) override
    {
        const std::size_t count = std::min(room, bytes.size());
        got += bytes.substr(0, count);
        room -= count;
        return count;
    }
    void on_room(std::function<void()> callback) override { notify = std::move(callback); }
};

struct Pipe {
    std::array<int, 2> ends{-1, -1};
    Pipe() { EXPECT_EQ(pipe2(ends.data(), O_CLOEXEC), 0); }
    ~Pipe()
    {
        ::close(ends[0]);
        close_writer();
    }
    void send(std::string_view text) const
    {
        EXPECT_EQ(::write(ends[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
    }
    void close_writer()
    {
        if (ends[1] >= 0)
            ::close(std::exchange(ends[1], -1));
    }
};

/// A terminal, and the end that a person would type at.
struct Terminal {
    int person = -1;
    int device = -1;
    Terminal() { EXPECT_EQ(openpty(&person, &device, nullptr, nullptr, nullptr), 0); }
    ~Terminal()
    {
        ::close(person);
        ::close(device);
    }
    termios settings() const
    {
        termios now{};
        EXPECT_EQ(tcgetattr(device, &now), 0);
        return now;
    }
};

TEST(ConsoleInput, PassesAPipeOnAsItIsUpToItsEnd)
{
    boost::asio::io_context loop;
    Pipe pipe;
    FakeReceiver guest;
    ConsoleInput input{loop, pipe.ends[0], guest, [] { ADD_FAILURE() << "nobody asked to quit"; }};

    pipe.send("a\x01xb"); // the escape means something on a terminal only
    pipe.close_writer();
    loop.run();

    EXPECT_EQ(guest.got, "a\x01xb");
}

TEST(ConsoleInput, LeavesInThePipeWhatTheGuestHasNoRoomFor)
{
    boost::asio::io_context loop;
    Pipe pipe;
    FakeReceiver guest;
    guest.room = 10;
    ConsoleInput input{loop, pipe.ends[0], guest, [] {}};
    const std::string text(3 * ConsoleInput::capacity, 'z');

    pipe.send(text);
    pipe.close_writer();
    loop.run();
    EXPECT_EQ(guest.got.size(), 10U);

    while (guest.got.size() < text.size()) {
        guest.room = 1000;
        guest.notify();
        loop.restart();
        loop.run();
        ASSERT_EQ(guest.room, guest.got.size() == text.size() ? 1000 - (text.size() - 10) % 1000 : 0U);
    }
    EXPECT_EQ(guest.got, text);
}

TEST(ConsoleInput, ReadsRegularFiles)
{
    boost::asio::io_context loop;
    const std::unique_ptr<FILE, int (*)(FILE*)> file{std::tmpfile(), std::fclose};
    ASSERT_TRUE(file);
    std::fputs("from a file", file.get());
    std::rewind(file.get());
    FakeReceiver guest;
    ConsoleInput input{loop, fileno(file.get()), guest, [] {}};

    loop.run();

    EXPECT_EQ(guest.got, "from a file");
}

TEST(ConsoleInput, EndsAtOnceOnDevNull)
{
    boost::asio::io_context loop;
    const int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    FakeReceiver guest;
    ConsoleInput input{loop, null, guest, [] {}};

    loop.run();

    EXPECT_EQ(guest.got, "");
    ::close(null);
}

TEST(ConsoleInput, StopsWhenTold)
{
    boost::asio::io_context loop;
    Pipe pipe;
    FakeReceiver guest;
    ConsoleInput input{loop, pipe.ends[0], guest, [] {}};

    input.stop();
    pipe.send("too late");
    loop.run();

    EXPECT_EQ(guest.got, "");
}

TEST(ConsoleInput, LeavesTheDescriptorsFlagsAlone)
{
    boost::asio::io_context loop;
    Pipe pipe;
    FakeReceiver guest;
    ConsoleInput input{loop, pipe.ends[0], guest, [] {}};

    pipe.close_writer();
    loop.run();

    EXPECT_EQ(fcntl(pipe.ends[0], F_GETFL) & O_NONBLOCK, 0);
}

TEST(EscapeFilter, SendsCtrlAWhenItIsTypedTwice)
{
    EscapeFilter filter;

    EXPECT_FALSE(filter.feed('\x01').byte);
    EXPECT_EQ(filter.feed('\x01').byte, '\x01');
    EXPECT_EQ(filter.feed('x').byte, 'x');
}

TEST(EscapeFilter, ObeysItsCommandsAndSwallowsUnknownOnes)
{
    EscapeFilter filter;

    filter.feed('\x01');
    EXPECT_EQ(filter.feed('x').command, EscapeFilter::Command::quit);
    filter.feed('\x01');
    EXPECT_EQ(filter.feed('h').command, EscapeFilter::Command::help);
    filter.feed('\x01');
    const EscapeFilter::Result unknown = filter.feed('z');
    EXPECT_EQ(unknown.command, EscapeFilter::Command::none);
    EXPECT_FALSE(unknown.byte);
}

TEST(RawTerminal, IgnoresWhatIsNoTerminal)
{
    Pipe pipe;

    EXPECT_FALSE(RawTerminal{pipe.ends[0]}.active());
}

TEST(RawTerminal, IgnoresATerminalThatIsNotInOurHands)
{
    // Not our controlling terminal: we have no business to change it, as when running in the background.
    Terminal terminal;
    const termios before = terminal.settings();

    const RawTerminal raw{terminal.device};

    EXPECT_FALSE(raw.active());
    EXPECT_EQ(terminal.settings().c_lflag, before.c_lflag);
}

/// Runs `body` in a child whose controlling terminal is `terminal`; gives its wait status.
int in_session_of(const Terminal& terminal, const std::function<void()>& body)
{
    const pid_t child = fork();
    if (child == 0) {
        login_tty(dup(terminal.device));
        body();
        _exit(99);
    }
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    return status;
}

TEST(RawTerminal, IsRestoredWhenASignalKillsUs)
{
    Terminal terminal;
    const termios before = terminal.settings();

    const int status = in_session_of(terminal, [] {
        const RawTerminal raw{0};
        termios now{};
        tcgetattr(0, &now);
        if (raw.active() && (now.c_lflag & (ICANON | ECHO | ISIG)) == 0)
            raise(SIGTERM);
    });

    ASSERT_TRUE(WIFSIGNALED(status)) << status;
    EXPECT_EQ(WTERMSIG(status), SIGTERM);
    EXPECT_EQ(terminal.settings().c_lflag, before.c_lflag);
    EXPECT_EQ(terminal.settings().c_iflag, before.c_iflag);
}

/// A shell's part: runs `job` in the foreground, and once it has stopped, lets it go on. True when the terminal was as
/// before in between, and the job ended with status 7. The caller leads the terminal's session.
bool suspend_and_resume(const std::function<void()>& job)
{
    termios before{};
    tcgetattr(0, &before);
    Pipe in_foreground;
    const pid_t child = fork();
    if (child == 0) {
        char go = 0;
        if (read(in_foreground.ends[0], &go, 1) == 1)
            job();
        _exit(99);
    }
    setpgid(child, child);
    tcsetpgrp(0, child);
    EXPECT_EQ(write(in_foreground.ends[1], "g", 1), 1);

    int status = 0;
    waitpid(child, &status, WUNTRACED);
    termios meanwhile{};
    tcgetattr(0, &meanwhile);
    const bool restored = WIFSTOPPED(status) && meanwhile.c_lflag == before.c_lflag;
    kill(child, SIGCONT);
    waitpid(child, &status, 0);
    return restored && WIFEXITED(status) && WEXITSTATUS(status) == 7;
}

TEST(RawTerminal, IsTheShellsWhileWeAreSuspended)
{
    Terminal terminal;

    const int status = in_session_of(terminal, [] {
        const bool good = suspend_and_resume([] {
            const RawTerminal raw{0};
            raise(SIGTSTP);
            termios now{};
            tcgetattr(0, &now);
            _exit(raw.active() && (now.c_lflag & (ICANON | ECHO | ISIG)) == 0 ? 7 : 8);
        });
        _exit(good ? 7 : 8);
    });

    EXPECT_EQ(WEXITSTATUS(status), 7);
}

TEST(RawTerminal, IsRestoredByExitAndByItsDestructor)
{
    Terminal terminal;
    const termios before = terminal.settings();

    const int by_exit = in_session_of(terminal, [] {
        const RawTerminal raw{0};
        std::exit(raw.active() ? 7 : 8);
    });
    EXPECT_EQ(WEXITSTATUS(by_exit), 7);
    EXPECT_EQ(terminal.settings().c_lflag, before.c_lflag);

    const int by_destructor = in_session_of(terminal, [] {
        const bool active = RawTerminal{0}.active();
        _exit(active ? 7 : 8);
    });
    EXPECT_EQ(WEXITSTATUS(by_destructor), 7);
    EXPECT_EQ(terminal.settings().c_lflag, before.c_lflag);
}

TEST(ConsoleInput, ObeysCtrlAXOnATerminal)
{
    Terminal terminal;
    EXPECT_EQ(write(terminal.person, "a\x01\x01\x01x", 5), 5);

    const int status = in_session_of(terminal, [] {
        boost::asio::io_context loop;
        FakeReceiver guest;
        bool quit = false;
        ConsoleInput input{loop, 0, guest, [&] {
                               quit = true;
                               loop.stop();
                           }};
        loop.run();
        _exit(quit && guest.got == "a\x01" ? 7 : 8);
    });

    EXPECT_EQ(WEXITSTATUS(status), 7);
}

} // namespace
} // namespace vitrine::test
