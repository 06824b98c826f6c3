#include "kernel/time/timer_wheel.hpp"

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <random>
#include <vector>

namespace {

using kernel::time::never;
using kernel::time::TimerWheel;
using kernel::time::WheelTimer;

void nothing(WheelTimer&) {}

/// What a wheel serves up to `now`, and when each was served.
std::map<WheelTimer*, std::uint64_t> serve(TimerWheel& wheel, std::uint64_t now)
{
    std::map<WheelTimer*, std::uint64_t> served;
    while (wheel.next_expiry() <= now) {
        const std::uint64_t tick = wheel.next_expiry();
        wheel.collect(tick);
        while (WheelTimer* const timer = wheel.pop())
            served[timer] = tick;
    }
    return served;
}

/// A bucket of the level that a wait belongs to spans so many ticks.
std::uint64_t granularity(std::uint64_t wait)
{
    std::uint64_t span = 1;
    while (wait >= 63 * span)
        span *= 8;
    return span;
}

TEST(TimerWheel, IsEmptyWhenItIsAllZeros)
{
    TimerWheel wheel{};

    EXPECT_EQ(wheel.next_expiry(), never);
    EXPECT_FALSE(wheel.collect(1'000'000));
    EXPECT_EQ(wheel.pop(), nullptr);
}

TEST(TimerWheel, ServesATimerWhenItsTickIsOver)
{
    TimerWheel wheel{};
    WheelTimer timer{nothing};
    wheel.add(timer, 10);

    EXPECT_TRUE(timer.is_pending());
    EXPECT_TRUE(serve(wheel, 10).empty()) << "tick 10 has only begun";
    EXPECT_EQ(serve(wheel, 11).at(&timer), 11);
    EXPECT_FALSE(timer.is_pending());
    EXPECT_EQ(wheel.next_expiry(), never);
}

TEST(TimerWheel, ServesWhatIsOverdueAtOnce)
{
    TimerWheel wheel{};
    wheel.forward(1000);
    WheelTimer timer{nothing};
    wheel.add(timer, 3);

    EXPECT_EQ(serve(wheel, 1001).at(&timer), 1000);
}

TEST(TimerWheel, RoundsLongWaitsUpByAnEighthAtMost)
{
    for (std::uint64_t wait = 1; wait < 100'000'000; wait = wait * 9 / 7 + 1) {
        TimerWheel wheel{};
        wheel.forward(12'345);
        WheelTimer timer{nothing};
        wheel.add(timer, 12'345 + wait);

        const std::uint64_t late = wheel.next_expiry() - timer.expires();

        EXPECT_GE(late, 1);
        EXPECT_LE(late, granularity(wait)) << wait;
        EXPECT_LE(late, wait / 7 + 1) << wait;
        wheel.remove(timer);
    }
}

TEST(TimerWheel, LooksAgainAtWhatLiesBeyondItsReach)
{
    TimerWheel wheel{};
    WheelTimer timer{nothing};
    const std::uint64_t far = TimerWheel::longest * 3;
    wheel.add(timer, far);

    EXPECT_TRUE(serve(wheel, far).empty());
    const auto served = serve(wheel, far + far / 8);
    EXPECT_GT(served.at(&timer), far);
}

TEST(TimerWheel, NeverServesARemovedTimer)
{
    TimerWheel wheel{};
    WheelTimer kept{nothing};
    WheelTimer removed{nothing};
    wheel.add(kept, 5);
    wheel.add(removed, 5);

    EXPECT_TRUE(wheel.remove(removed));
    EXPECT_FALSE(wheel.remove(removed));

    const auto served = serve(wheel, 100);
    EXPECT_EQ(served.size(), 1);
    EXPECT_TRUE(served.contains(&kept));
}

TEST(TimerWheel, LetsATimerThatWaitsToBeServedBeRemovedOrMoved)
{
    TimerWheel wheel{};
    WheelTimer first{nothing};
    WheelTimer second{nothing};
    WheelTimer third{nothing};
    for (WheelTimer* const timer : {&first, &second, &third})
        wheel.add(*timer, 5);
    ASSERT_TRUE(wheel.collect(6));

    EXPECT_TRUE(wheel.remove(first));
    EXPECT_TRUE(wheel.remove(second));
    wheel.add(second, 50);

    EXPECT_EQ(wheel.pop(), &third);
    EXPECT_EQ(wheel.pop(), nullptr);
    EXPECT_EQ(serve(wheel, 100).at(&second), 51);
}

TEST(TimerWheel, TakesAnotherCpusTimersOver)
{
    TimerWheel dead{};
    TimerWheel heir{};
    std::vector<std::unique_ptr<WheelTimer>> timers;
    for (std::uint64_t wait = 1; wait < 1'000'000; wait *= 3) {
        timers.push_back(std::make_unique<WheelTimer>(nothing));
        dead.add(*timers.back(), wait);
    }
    heir.forward(700);
    dead.collect(2); // one of them is just about to be served

    heir.take_from(dead, 5);

    EXPECT_EQ(dead.next_expiry(), never);
    EXPECT_EQ(dead.pop(), nullptr);
    const auto served = serve(heir, 2'000'000);
    EXPECT_EQ(served.size(), timers.size());
    for (const auto& [timer, tick] : served) {
        EXPECT_GT(tick, timer->expires());
        EXPECT_EQ(TimerWheel::cpu_of(*timer), 5);
    }
}

/// Against a list of what must be pending, with ticks that are missed and waits of all sizes.
TEST(TimerWheel, DoesAsAPlainListDoes)
{
    std::mt19937_64 random{20260723};
    TimerWheel wheel{};
    std::vector<std::unique_ptr<WheelTimer>> timers;
    struct Pending {
        std::uint64_t earliest;
        std::uint64_t latest;
    };
    std::map<WheelTimer*, Pending> pending;
    for (unsigned index = 0; index < 300; ++index)
        timers.push_back(std::make_unique<WheelTimer>(nothing));

    std::uint64_t now = 0;
    for (unsigned step = 0; step < 200'000; ++step) {
        WheelTimer& timer = *timers[random() % timers.size()];
        ASSERT_EQ(timer.is_pending(), pending.contains(&timer));
        switch (random() % 4) {
        case 0:
        case 1: {
            const std::uint64_t wait = random() % (std::uint64_t{1} << random() % 26);
            wheel.remove(timer);
            wheel.forward(now);
            wheel.add(timer, now + wait);
            pending[&timer] = {now + wait + 1, now + wait + granularity(wait)};
            break;
        }
        case 2: ASSERT_EQ(wheel.remove(timer), pending.erase(&timer) == 1); break;
        case 3:
            now += random() % (std::uint64_t{1} << random() % 16);
            for (const auto& [served, tick] : serve(wheel, now)) {
                ASSERT_TRUE(pending.contains(served));
                ASSERT_GE(tick, pending[served].earliest);
                ASSERT_LE(tick, pending[served].latest);
                pending.erase(served);
            }
            for (const auto& [_, due] : pending)
                ASSERT_GT(due.latest, now) << "it should have been served";
            break;
        }
    }
}

} // namespace
