#include "kernel/sync/completion.hpp"

#include "tests/unit/guest_proc/threads.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <optional>

namespace {

using kernel::Completion;
using kernel::Wait;
using kernel::WaitEnd;

TEST(Completions, LetOneThroughForEach)
{
    Completion completion;

    EXPECT_FALSE(completion.try_wait());
    completion.complete();
    completion.complete();
    EXPECT_TRUE(completion.is_done());
    EXPECT_TRUE(completion.try_wait());
    EXPECT_TRUE(completion.try_wait());
    EXPECT_FALSE(completion.try_wait());
}

TEST(Completions, LetAllThroughForEverUntilReset)
{
    Completion completion;
    std::atomic<int> through{0};
    const auto wait = [&] {
        completion.wait();
        ++through;
    };

    test::run_as_tasks({wait, wait, [&] { completion.complete_all(); }});

    EXPECT_EQ(through.load(), 2);
    EXPECT_TRUE(completion.try_wait());
    completion.complete();
    EXPECT_TRUE(completion.try_wait());
    completion.reset();
    EXPECT_FALSE(completion.try_wait());
}

/// The waiter destroys it at once; the sanitizers see to it that complete() does not touch it afterwards.
TEST(Completions, MayGoWhenTheWaitIsOver)
{
    constexpr int rounds = 300;
    std::atomic<Completion*> current{nullptr};

    test::run_as_tasks({[&] {
                            for (int i = 0; i < rounds; ++i) {
                                auto completion = std::make_unique<Completion>();
                                current = completion.get();
                                completion->wait();
                            }
                        },
                        [&] {
                            for (int i = 0; i < rounds; ++i) {
                                Completion* completion = nullptr;
                                while ((completion = current.exchange(nullptr)) == nullptr)
                                    std::this_thread::yield();
                                completion->complete();
                            }
                        }});
}

TEST(Completions, GiveUpAtTheDeadline)
{
    Completion completion;
    fake::set_time(5'000);

    test::run_as_tasks({[&] { EXPECT_EQ(completion.wait(Wait{.deadline = 4'000}), WaitEnd::timed_out); }});

    completion.complete();
    EXPECT_TRUE(completion.try_wait()) << "nobody waits any more who could have got it";
}

} // namespace
