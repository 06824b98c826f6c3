// Sequence locks, read-write spin locks, per-CPU counters and notifier chains.
#include "kernel/sync/notifier.hpp"
#include "kernel/sync/per_cpu_counter.hpp"
#include "kernel/sync/rw_lock.hpp"
#include "kernel/sync/seq_lock.hpp"
#include "tests/unit/guest_proc/threads.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <string>

namespace {

using namespace kernel;

constexpr int rounds = 500;

struct Triple {
    int first;
    long second;
    char third;
};

TEST(SeqLocks, NeverGiveHalfAValue)
{
    SeqLocked<Triple, SpinLock> triple{Triple{0, 0, 0}};
    std::atomic<int> torn{0};
    const auto write = [&] {
        for (int round = 0; round < rounds; ++round)
            triple.write([](Triple& value) {
                ++value.first;
                ++value.second;
                value.third = static_cast<char>(value.first & 0x7f);
            });
    };
    const auto read = [&] {
        for (int round = 0; round < rounds; ++round) {
            const Triple value = triple.read();
            torn += value.first != value.second || value.third != static_cast<char>(value.first & 0x7f);
        }
    };

    test::run_as_tasks({write, read, write, read});

    EXPECT_EQ(torn.load(), 0);
    EXPECT_EQ(triple.read().first, 2 * rounds);
}

TEST(RwLocks, KeepReadersAndWritersApart)
{
    SharedLocked<std::pair<int, int>, RwLock> pair;
    std::atomic<int> torn{0};
    const auto work = [&] {
        for (int round = 0; round < rounds; ++round) {
            pair.read([&](const std::pair<int, int>& both) { torn += both.first != both.second; });
            pair.write([](std::pair<int, int>& both) {
                ++both.first;
                ++both.second;
            });
        }
    };

    test::run_as_tasks({work, work, work, work});

    EXPECT_EQ(torn.load(), 0);
    pair.read([](const std::pair<int, int>& both) { EXPECT_EQ(both.first, 4 * rounds); });
}

TEST(RwLocks, CanBeTried)
{
    RwLock lock;

    EXPECT_TRUE(lock.try_lock_shared());
    EXPECT_TRUE(lock.try_lock_shared());
    EXPECT_FALSE(lock.try_lock());
    lock.unlock_shared();
    lock.unlock_shared();
    EXPECT_TRUE(lock.try_lock());
    EXPECT_FALSE(lock.try_lock_shared());
    lock.unlock();
    EXPECT_EQ(preempt::count(), 0U);
}

TEST(PerCpuCounters, LoseNothing)
{
    PerCpuCounter counter{5, 4};
    const auto count = [&] {
        for (int round = 0; round < rounds; ++round) {
            counter.add(2);
            counter.decrement();
        }
    };

    test::run_as_tasks({count, count, count});

    EXPECT_EQ(counter.sum(), 5 + 3 * rounds);
    EXPECT_LT(counter.sum() - counter.approximate(), 3 * 4);
}

struct Listener : Notifier {
    Listener(std::string& text, char letter, int priority, Notified answer)
        : Notifier{hear, priority}, text_{text}, letter_{letter}, answer_{answer}
    {}
    static Notified hear(Notifier& notifier, u64, void*)
    {
        auto& self = static_cast<Listener&>(notifier);
        self.text_ += self.letter_;
        return self.answer_;
    }
    std::string& text_;
    char letter_;
    Notified answer_;
};

TEST(NotifierChains, TellByPriorityUntilOneStops)
{
    std::string text;
    AtomicNotifierChain chain;
    Listener low{text, 'l', -1, Notified::done};
    Listener first{text, 'a', 5, Notified::ok};
    Listener second{text, 'b', 5, Notified::stop};
    EXPECT_EQ(chain.call(0), Notified::done);
    chain.add(low);
    chain.add(first);
    chain.add(second);

    EXPECT_EQ(chain.call(0), Notified::stop);
    EXPECT_EQ(text, "ab");
    chain.remove(second);
    EXPECT_EQ(chain.call(0), Notified::done);
    EXPECT_EQ(text, "abal");
}

} // namespace
