#include "vmm/machine/run_gate.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace vitrine {
namespace {

/// A thread that does what a vCPU's does at the gate.
class Walker {
public:
    explicit Walker(RunGate& gate)
        : gate_{gate}, thread_{[this] {
              gate_.enter();
              while (gate_.open() || gate_.wait())
                  ++steps;
              gate_.leave();
          }}
    {}
    ~Walker() { gate_.shut(); }

    std::atomic<std::uint64_t> steps = 0;

private:
    RunGate& gate_;
    std::jthread thread_;
};

TEST(RunGate, HoldsEveryThreadUntilTheLastRelease)
{
    RunGate gate;
    Walker walker{gate};
    while (walker.steps == 0)
        std::this_thread::yield();

    gate.hold();
    gate.hold();
    gate.wait_until_quiet();
    const std::uint64_t held = walker.steps;
    gate.release();
    gate.wait_until_quiet();
    EXPECT_EQ(walker.steps, held);

    gate.release();
    while (walker.steps == held)
        std::this_thread::yield();
}

TEST(RunGate, LosesNoWakeUpInManyQuickHolds)
{
    RunGate gate;
    Walker walker{gate};

    for (int i = 0; i < 2000; ++i) {
        gate.hold();
        gate.wait_until_quiet();
        const std::uint64_t held = walker.steps;
        EXPECT_EQ(walker.steps, held);
        gate.release();
    }
}

TEST(RunGate, LetsHeldThreadsLeaveWhenShut)
{
    RunGate gate;
    gate.hold();
    {
        const Walker walker{gate};
    } // joins
    gate.wait_until_quiet();

    EXPECT_FALSE(gate.open());
}

} // namespace
} // namespace vitrine
