#include "vmm/devices/console_output.hpp"

#include <gtest/gtest.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <memory>
#include <pty.h>
#include <thread>
#include <unistd.h>

namespace vitrine::test {
namespace {

/// A pipe whose ends close by themselves.
struct Pipe {
    std::array<int, 2> ends{-1, -1};
    Pipe() { EXPECT_EQ(pipe2(ends.data(), O_CLOEXEC), 0); }
    ~Pipe()
    {
        close_end(0);
        close_end(1);
    }
    void close_end(int which)
    {
        if (ends[which] >= 0)
            ::close(std::exchange(ends[which], -1));
    }
    std::string read_all()
    {
        std::string all;
        std::array<char, 4096> part;
        for (ssize_t n; (n = ::read(ends[0], part.data(), part.size())) > 0;)
            all.append(part.data(), static_cast<std::size_t>(n));
        return all;
    }
};

std::string pattern(std::size_t size)
{
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i)
        text[i] = static_cast<char>('a' + i % 23);
    return text;
}

TEST(ConsoleOutput, WritesWhatWasPutFromTheEventLoop)
{
    boost::asio::io_context loop;
    Pipe pipe;
    ConsoleOutput output{loop, pipe.ends[1], {}};

    output.write("hel");
    output.write("lo");
    loop.run();
    pipe.close_end(1);

    EXPECT_EQ(pipe.read_all(), "hello");
}

TEST(ConsoleOutput, RemembersWhenTheFirstByteCame)
{
    boost::asio::io_context loop;
    ConsoleOutput output{loop, -1, {}};
    EXPECT_EQ(output.first_write(), std::nullopt);

    output.write("a");
    const auto first = output.first_write();
    output.write("b");

    EXPECT_TRUE(first);
    EXPECT_EQ(output.first_write(), first);
}

TEST(ConsoleOutput, BatchesBytesForTheObserver)
{
    boost::asio::io_context loop;
    std::vector<std::string> pieces;
    ConsoleOutput output{loop, -1, [&](std::string_view piece) { pieces.emplace_back(piece); }};

    for (const char c : std::string_view{"hello"})
        output.write({&c, 1});
    loop.run();

    EXPECT_EQ(pieces, std::vector<std::string>{"hello"});
}

TEST(ConsoleOutput, MakesAFloodWaitAndLosesNothing)
{
    boost::asio::io_context loop;
    Pipe pipe;
    const std::string flood = pattern(16 * ConsoleOutput::capacity + 123);
    std::string read;
    std::size_t observed = 0;
    ConsoleOutput output{loop, pipe.ends[1], [&](std::string_view piece) {
                             EXPECT_LE(piece.size(), ConsoleOutput::capacity);
                             observed += piece.size();
                         }};

    std::thread reader{[&] { read = pipe.read_all(); }};
    auto work =
        std::make_unique<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>>(loop.get_executor());
    std::thread guest{[&] {
        for (std::size_t i = 0; i < flood.size(); i += 1000)
            output.write(std::string_view{flood}.substr(i, 1000));
        loop.stop();
    }};
    loop.run();
    guest.join();
    output.flush();
    pipe.close_end(1);
    reader.join();

    EXPECT_TRUE(read == flood);
    EXPECT_EQ(observed, flood.size());
}

TEST(ConsoleOutput, ReleasesAWaitingGuestWhenItIsClosedAndKeepsItsBytes)
{
    boost::asio::io_context loop; // never run: nobody makes room
    std::string seen;
    ConsoleOutput output{loop, -1, [&](std::string_view piece) { seen += piece; }};
    const std::string flood = pattern(ConsoleOutput::capacity + 8);

    std::thread guest{[&] { output.write(flood); }};
    output.close();
    guest.join();
    output.flush();

    EXPECT_TRUE(seen == flood);
}

TEST(ConsoleOutput, WritesToARegularFile)
{
    boost::asio::io_context loop;
    const std::unique_ptr<FILE, int (*)(FILE*)> file{std::tmpfile(), std::fclose};
    ASSERT_TRUE(file);
    ConsoleOutput output{loop, fileno(file.get()), {}};

    output.write("to a file");
    loop.run();

    std::array<char, 32> text{};
    EXPECT_EQ(pread(fileno(file.get()), text.data(), text.size(), 0), 9);
    EXPECT_STREQ(text.data(), "to a file");
}

TEST(ConsoleOutput, LeavesTheDescriptorsFlagsAlone)
{
    boost::asio::io_context loop;
    Pipe pipe;
    ConsoleOutput output{loop, pipe.ends[1], {}};

    output.write("x");
    loop.run();

    EXPECT_EQ(fcntl(pipe.ends[1], F_GETFL) & O_NONBLOCK, 0);
}

TEST(ConsoleOutput, GivesUpOnAReaderThatDoesNotReadWhenItIsToldTo)
{
    boost::asio::io_context loop;
    Pipe pipe;
    std::string seen;
    ConsoleOutput output{loop, pipe.ends[1], [&](std::string_view piece) { seen += piece; }};
    const std::string flood = pattern(1 << 20); // more than a pipe holds
    output.close();
    output.write(flood);

    output.flush(std::chrono::milliseconds{10});

    EXPECT_TRUE(seen == flood);
}

TEST(ConsoleOutput, NeverBlocksTheEventLoopOnATerminalThatNobodyReads)
{
    int person = -1, device = -1;
    ASSERT_EQ(openpty(&person, &device, nullptr, nullptr, nullptr), 0);
    boost::asio::io_context loop;
    {
        ConsoleOutput output{loop, device, {}};
        output.write(pattern(ConsoleOutput::capacity)); // more than a terminal buffers
        boost::asio::steady_timer timer{loop, std::chrono::milliseconds{20}};
        timer.async_wait([&](const boost::system::error_code&) { loop.stop(); });

        loop.run(); // for ever, did a write block
        output.flush(std::chrono::milliseconds{10});
    }
    EXPECT_EQ(fcntl(device, F_GETFL) & O_NONBLOCK, 0);
    close(device);
    close(person);
}

TEST(ConsoleOutput, OutlivesItsReader)
{
    signal(SIGPIPE, SIG_IGN);
    boost::asio::io_context loop;
    Pipe pipe;
    std::string seen;
    ConsoleOutput output{loop, pipe.ends[1], [&](std::string_view piece) { seen += piece; }};
    pipe.close_end(0);

    output.write("one ");
    loop.run();
    loop.restart();
    output.write("two");
    loop.run();
    output.flush();

    EXPECT_EQ(seen, "one two");
}

} // namespace
} // namespace vitrine::test
