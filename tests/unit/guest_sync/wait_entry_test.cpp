// Entries of wait queues that are told of wake-ups, and stay.
#include "kernel/fs/poll.hpp"
#include "kernel/sched/wait_queue.hpp"

#include "tests/unit/guest_proc/threads.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <vector>

namespace {

using kernel::Task;
using kernel::TaskState;
using kernel::WaitEntry;
using kernel::WaitQueue;
using kernel::WakeEvents;

/// Notes what it is told, and says whether it was of use.
class Listener : public WaitEntry {
public:
    explicit Listener(bool exclusive = false, bool useful = true) : WaitEntry{note, exclusive}, useful_{useful} {}
    const std::vector<WakeEvents>& heard() const { return heard_; }

private:
    static bool note(WaitEntry& entry, WakeEvents events)
    {
        auto& self = static_cast<Listener&>(entry);
        self.heard_.push_back(events);
        return self.useful_;
    }

    bool useful_;
    std::vector<WakeEvents> heard_;
};

/// Wakes a task that waits on several queues, as poll(2) does.
class Bell : public WaitEntry {
public:
    Bell() : WaitEntry{ring} {}
    void arm(Task& task, std::atomic<bool>& rung)
    {
        task_ = &task;
        rung_ = &rung;
    }

private:
    static bool ring(WaitEntry& entry, WakeEvents)
    {
        auto& self = static_cast<Bell&>(entry);
        self.rung_->store(true);
        kernel::sched::wake(*self.task_);
        return true;
    }

    Task* task_ = nullptr;
    std::atomic<bool>* rung_ = nullptr;
};

void run_as_task(const std::function<void()>& function) { test::run_as_tasks({function}); }

TEST(WaitEntries, HearEachWakeUpUntilTheyLeave)
{
    WaitQueue queue;
    Listener listener;

    run_as_task([&] {
        queue.add(listener);
        queue.wake_up(kernel::fs::poll::in);
        queue.wake_up_all();
        queue.remove(listener);
        queue.wake_up();
        queue.remove(listener);
    });

    EXPECT_EQ(listener.heard(), (std::vector<WakeEvents>{1, kernel::any_event}));
    EXPECT_FALSE(queue.has_waiters());
}

TEST(WaitEntries, ShareOneWakeUpWhenTheyAreExclusive)
{
    WaitQueue queue;
    Listener all;
    Listener first{true};
    Listener second{true};

    run_as_task([&] {
        queue.add(first);
        queue.add(second);
        queue.add(all);
        queue.wake_up();
    });

    EXPECT_EQ(all.heard().size(), 1U);
    EXPECT_EQ(first.heard().size(), 1U);
    EXPECT_EQ(second.heard().size(), 0U);
    queue.remove(first);
    queue.remove(second);
    queue.remove(all);
}

TEST(WaitEntries, PassAWakeUpOnThatIsOfNoUseToThem)
{
    WaitQueue queue;
    Listener useless{true, false};
    Listener useful{true};
    Listener late{true};

    run_as_task([&] {
        for (Listener* const listener : {&useless, &useful, &late})
            queue.add(*listener);
        queue.wake_up();
    });

    EXPECT_EQ(useless.heard().size(), 1U);
    EXPECT_EQ(useful.heard().size(), 1U);
    EXPECT_EQ(late.heard().size(), 0U);
    for (Listener* const listener : {&useless, &useful, &late})
        queue.remove(*listener);
}

/// A task waits on several queues at once: whichever is woken wakes it, however the wake-up falls.
TEST(WaitEntries, LoseNoWakeUpOfManyQueues)
{
    constexpr int rounds = 400;
    constexpr std::size_t wakers = 3;
    std::array<WaitQueue, wakers> queues;
    std::array<std::atomic<int>, wakers> posted{};
    std::atomic<int> taken{0};

    const auto poll = [&] {
        while (taken < static_cast<int>(wakers) * rounds) {
            std::atomic<bool> rung{false};
            std::array<Bell, wakers> bells;
            for (std::size_t i = 0; i < wakers; ++i) {
                bells[i].arm(Task::current(), rung);
                queues[i].add(bells[i]);
            }
            for (;;) {
                rung = false;
                int found = 0;
                for (std::atomic<int>& count : posted)
                    found += count.exchange(0);
                taken += found;
                if (found != 0)
                    break;
                Task::current().set_state(TaskState::uninterruptible);
                if (!rung)
                    kernel::sched::schedule();
                Task::current().set_state(TaskState::running);
            }
            for (std::size_t i = 0; i < wakers; ++i)
                queues[i].remove(bells[i]);
        }
    };
    const auto wake = [&](std::size_t number) {
        for (int round = 0; round < rounds; ++round) {
            ++posted[number];
            queues[number].wake_up();
        }
    };

    test::run_as_tasks({poll, [&] { wake(0); }, [&] { wake(1); }, [&] { wake(2); }});

    EXPECT_EQ(taken, static_cast<int>(wakers) * rounds);
}

/// After remove() the entry may go, whoever was about to tell it something.
TEST(WaitEntries, AreNotToldAfterTheyHaveLeft)
{
    constexpr int rounds = 2'000;
    WaitQueue queue;
    std::atomic<bool> over{false};
    std::atomic<int> told_too_late{0};

    class Short : public WaitEntry {
    public:
        explicit Short(std::atomic<int>& late) : WaitEntry{note}, late_{late} {}
        ~Short() { gone_ = true; }

    private:
        static bool note(WaitEntry& entry, WakeEvents)
        {
            auto& self = static_cast<Short&>(entry);
            if (self.gone_)
                ++self.late_;
            return true;
        }
        std::atomic<int>& late_;
        std::atomic<bool> gone_{false};
    };
    const auto come_and_go = [&] {
        for (int round = 0; round < rounds; ++round) {
            Short entry{told_too_late};
            queue.add(entry);
            queue.remove(entry);
        }
        over = true;
    };

    test::run_as_tasks({come_and_go, [&] {
                            while (!over)
                                queue.wake_up_all();
                        }});

    EXPECT_EQ(told_too_late, 0);
    EXPECT_FALSE(queue.has_waiters());
}

} // namespace
