// epoll among several tasks: what one thread sees of it is compared with Linux (tests/transcript/readiness.c).
#include "kernel/event/epoll.hpp"

#include "kernel/event/event_file.hpp"
#include "kernel/event/poll_files.hpp"
#include "kernel/time/clock.hpp"
#include "tests/unit/guest_proc/threads.hpp"
#include "tests/unit/guest_proc/transfers.hpp"

#include <atomic>

namespace {

using kernel::Ref;
using kernel::event::Epoll;
using kernel::event::EpollOperation;
using kernel::fs::File;
namespace poll = kernel::fs::poll;

Ref<File> new_event(u32 count = 0) { return kernel::event::make_event_file(count, 0).release(); }
void post(File& event)
{
    const u64 one = 1;
    test::TextSource source{std::string{reinterpret_cast<const char*>(&one), sizeof one}};
    EXPECT_TRUE(event.write(sizeof one, source));
}
void take(File& event)
{
    test::TextSink sink;
    EXPECT_TRUE(event.read(sizeof(u64), sink));
}

class Epolls : public test::WithMemory {
protected:
    Epoll& epoll() { return *kernel::fs::file_cast<Epoll>(*file_); }
    bool add(File& file, u32 number, u32 events)
    {
        return static_cast<bool>(epoll().change(EpollOperation::add, file, number, {events, number}));
    }
    u32 wait(u64 deadline = kernel::time::never)
    {
        test::TextSink sink;
        return epoll().wait(sink, 10, deadline).value();
    }

    Ref<File> file_ = kernel::event::make_epoll().release();
};

TEST_F(Epolls, TellASleeperOfEachPost)
{
    constexpr int rounds = 300;
    const auto ping = new_event();
    const auto pong = new_event();

    test::run_as_tasks({[&] {
                            EXPECT_TRUE(add(*ping, 1, poll::in.bits));
                            for (int i = 0; i < rounds; ++i) {
                                EXPECT_EQ(wait(), 1U);
                                take(*ping);
                                post(*pong);
                            }
                        },
                        [&] {
                            for (int i = 0; i < rounds; ++i) {
                                post(*ping);
                                take(*pong);
                            }
                        }});

    EXPECT_EQ(ping->poll(nullptr), poll::out);
}

TEST_F(Epolls, ForgetFilesThatCloseWhileTheyAreWaitedFor)
{
    constexpr int rounds = 300;
    std::atomic<bool> over{false};

    test::run_as_tasks({[&] {
                            for (int i = 0; i < rounds; ++i) {
                                const auto event = new_event();
                                EXPECT_TRUE(add(*event, static_cast<u32>(i), poll::in.bits));
                                post(*event);
                            }
                            over = true;
                        },
                        [&] {
                            while (!over)
                                EXPECT_LE(wait(0), 1U);
                        }});

    test::run_as_tasks({[&] { EXPECT_EQ(wait(0), 0U); }});
}

TEST_F(Epolls, CloseWithFilesThatAreStillWatched)
{
    const auto event = new_event();

    test::run_as_tasks({[&] {
                            EXPECT_TRUE(add(*event, 1, poll::in.bits));
                            file_ = {};
                        },
                        [&] {
                            for (int i = 0; i < 100; ++i)
                                post(*event);
                        }});

    EXPECT_TRUE(event->poll(nullptr) & poll::in);
}

TEST_F(Epolls, TellEachExclusiveWaiterOnce)
{
    const auto event = new_event();
    std::atomic<int> told{0};
    const auto wait_once = [&] {
        EXPECT_EQ(wait(), 1U);
        take(*event);
        ++told;
    };
    test::run_as_tasks({[&] { EXPECT_TRUE(add(*event, 1, poll::in.bits | kernel::event::epoll_edge)); }});

    test::run_as_tasks({wait_once, wait_once, [&] {
                            for (int i = 0; i < 2; ++i) {
                                post(*event);
                                while (told == i)
                                    std::this_thread::yield();
                            }
                        }});

    EXPECT_EQ(told, 2);
}

TEST_F(Epolls, AreFilesToPoll)
{
    const auto event = new_event();

    test::run_as_tasks({[&] {
                            EXPECT_TRUE(add(*event, 1, poll::in.bits));
                            kernel::event::PolledFile polled{file_, poll::in, {}};
                            EXPECT_EQ(kernel::event::poll_files({&polled, 1}, kernel::time::never).value(), 1U);
                            EXPECT_EQ(polled.found, poll::in);
                            polled.file = {};
                        },
                        [&] { post(*event); }});
}

} // namespace
