#include "flat_guest.hpp"

#include "tests/unit/require_kvm.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vitrine {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;

class MachineDeath : public testing::Test {
protected:
    void SetUp() override { REQUIRE_KVM(); }
};

TEST_F(MachineDeath, ReportsATripleFault)
{
    const Outcome outcome = FlatGuest(triple_faults, CpuMode::protected32).run();

    EXPECT_EQ(outcome.ending, Ending::triple_fault);
    EXPECT_EQ(outcome.status, status_vmm_error);
    EXPECT_THAT(outcome.report, AllOf(HasSubstr("triple fault"), HasSubstr("last 2 exits"), HasSubstr("out 0x80"),
                                      HasSubstr("shutdown")));
    if (outcome.report.find("has reset") == std::string::npos) { // not SVM
        EXPECT_THAT(outcome.report, HasSubstr("rbx 0000000012345678"));
        EXPECT_THAT(outcome.report, HasSubstr("<0f> 0b")); // ud2
    }
}

TEST_F(MachineDeath, ShowsAnUnknownMsrAsAnExitAndRaisesAnExceptionForIt)
{
    FlatGuest guest{reads_unknown_msr, CpuMode::protected32};

    const Outcome outcome = guest.run();

    EXPECT_EQ(outcome.ending, Ending::triple_fault);
    ASSERT_EQ(guest.statistics.rows.size(), 2U);
    EXPECT_THAT(outcome.report, HasSubstr("x86_rdmsr      0xdead"));
}

TEST_F(MachineDeath, SaysThatABusyGuestWasBusyWhenItsTimeIsUp)
{
    FlatGuest guest{writes_forever};
    guest.config.timeout = 50ms;

    const Outcome outcome = guest.run();

    EXPECT_EQ(outcome.ending, Ending::timeout);
    EXPECT_EQ(outcome.status, status_timeout);
    EXPECT_THAT(outcome.reason, AllOf(HasSubstr("time is up after 50.0 ms"), HasSubstr("vCPU 0 busy")));
    EXPECT_THAT(outcome.report, HasSubstr("last 32 exits"));
}

TEST_F(MachineDeath, SaysThatAHaltedGuestWasIdleWhenItsTimeIsUp)
{
    FlatGuest guest{halts};
    guest.config.irqchip = IrqChip::kernel;
    guest.config.timeout = 50ms;

    const Outcome outcome = guest.run();

    EXPECT_EQ(outcome.ending, Ending::timeout);
    EXPECT_THAT(outcome.reason, HasSubstr("idle: halted"));
}

TEST_F(MachineDeath, EndsAGuestThatGoesRoundInCircles)
{
    FlatGuest guest{spins};
    guest.config.no_progress = 100ms;

    const Outcome outcome = guest.run();

    EXPECT_EQ(outcome.ending, Ending::no_progress);
    EXPECT_EQ(outcome.status, status_timeout);
    EXPECT_THAT(outcome.reason, AllOf(HasSubstr("goes round between rip 0x1"), HasSubstr("interrupts are off")));
}

TEST_F(MachineDeath, EndsAGuestThatHaltedForEver)
{
    FlatGuest guest{halts_for_ever};
    guest.config.irqchip = IrqChip::kernel;
    guest.config.no_progress = 100ms;

    EXPECT_THAT(guest.run().reason, HasSubstr("halted with interrupts off"));
}

TEST_F(MachineDeath, LeavesBusyAndIdleGuestsAlone)
{
    FlatGuest busy{writes_forever};
    busy.config.no_progress = 50ms;
    busy.config.timeout = 300ms;
    EXPECT_EQ(busy.run().ending, Ending::timeout);

    FlatGuest idle{halts};
    idle.config.irqchip = IrqChip::kernel;
    idle.config.no_progress = 50ms;
    idle.config.timeout = 300ms;
    EXPECT_EQ(idle.run().ending, Ending::timeout);
}

TEST_F(MachineDeath, ShowsEveryCpuAndWhichNeverStarted)
{
    FlatGuest guest{triple_faults, CpuMode::protected32};
    guest.config.irqchip = IrqChip::kernel;
    guest.config.cpus = 2;

    EXPECT_THAT(guest.run().report, HasSubstr("vCPU 1: never started"));
}

} // namespace
} // namespace vitrine
