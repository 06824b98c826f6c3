#include "kernel/ipc/pipe.hpp"

#include "tests/unit/guest_proc/threads.hpp"
#include "tests/unit/guest_proc/transfers.hpp"

namespace {

using kernel::Errno;
using kernel::ipc::Pipe;
using kernel::ipc::PipeEnds;
namespace poll = kernel::fs::poll;

constexpr PipeEnds reading{.read = true};
constexpr PipeEnds writing{.write = true};

class Pipes : public test::WithMemory {
protected:
    Pipes()
    {
        test::run_as_tasks({[&] {
            pipe_->open(reading);
            pipe_->open(writing);
        }});
    }

    kernel::Result<u64> write(const std::string& text, bool nonblocking = true)
    {
        test::TextSource source{text};
        return pipe_->write(text.size(), source, nonblocking, false);
    }
    std::string read(u64 count, bool nonblocking = true)
    {
        test::TextSink sink;
        const auto done = pipe_->read(count, sink, nonblocking);
        EXPECT_TRUE(done);
        return sink.text;
    }
    kernel::fs::PollEvents ready(PipeEnds ends) { return pipe_->poll(nullptr, ends, ~0U); }

    kernel::Ref<Pipe> pipe_ = Pipe::create().release();
};

TEST_F(Pipes, TellWhatTheyAreReadyFor)
{
    test::run_as_tasks({[&] {
        EXPECT_EQ(ready(reading), kernel::fs::PollEvents{});
        EXPECT_EQ(ready(writing), poll::writable);
        EXPECT_TRUE(write("x"));
        EXPECT_EQ(ready(reading), poll::readable);
        while (write(std::string(4096, 'x')))
            ;
        EXPECT_EQ(ready(writing), kernel::fs::PollEvents{});
        pipe_->close(reading);
        EXPECT_EQ(ready(writing), poll::err);
        EXPECT_EQ(write("x").error(), Errno::epipe);
        pipe_->open(reading);
        pipe_->close(writing);
        EXPECT_EQ(ready(reading), poll::readable | poll::hup);
    }});
}

TEST_F(Pipes, EndWhenNobodyWritesAnyMore)
{
    test::run_as_tasks({[&] {
        test::TextSink sink;
        EXPECT_EQ(pipe_->read(1, sink, true).error(), Errno::eagain);
        EXPECT_TRUE(write("left"));
        pipe_->close(writing);
        EXPECT_EQ(read(100), "left");
        EXPECT_EQ(read(100, false), "");
    }});
}

TEST_F(Pipes, CarryMoreThanTheyHoldBetweenTwoThatWait)
{
    constexpr std::size_t total = 1'000'000;
    std::string received;
    std::string sent(total, '\0');
    for (std::size_t i = 0; i < total; ++i)
        sent[i] = static_cast<char>(i * 7 + i / 251);

    test::run_as_tasks({[&] {
                            EXPECT_EQ(write(sent, false).value(), total);
                            pipe_->close(writing);
                        },
                        [&] {
                            for (;;) {
                                const std::string part = read(5000, false);
                                if (part.empty())
                                    break;
                                received += part;
                            }
                        }});

    EXPECT_EQ(received, sent);
}

TEST_F(Pipes, WakeAWriterThatNobodyWillReadFrom)
{
    test::run_as_tasks({[&] { EXPECT_EQ(write(std::string(100'000, 'x'), false).value(), 65'536U); },
                        [&] {
                            while (!pipe_->is_full() || !pipe_->writing().has_waiters())
                                std::this_thread::yield();
                            pipe_->close(reading);
                        }});
}

TEST_F(Pipes, ChangeTheirSize)
{
    test::run_as_tasks({[&] {
        EXPECT_EQ(pipe_->size(), 65'536U);
        EXPECT_EQ(pipe_->set_size(5000).value(), 8192U);
        EXPECT_EQ(write(std::string(10'000, 'x')).value(), 8192U);
        EXPECT_EQ(pipe_->set_size(1).error(), Errno::ebusy);
        EXPECT_EQ(pipe_->set_size(u64{1} << 32).error(), Errno::einval);
        EXPECT_EQ(pipe_->set_size(Pipe::max_size * 2).error(), Errno::eperm);
        EXPECT_EQ(pipe_->bytes(), 8192U);
    }});
}

} // namespace
