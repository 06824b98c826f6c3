#include "flat_guest.hpp"

#include "tests/unit/require_kvm.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <map>
#include <mutex>
#include <thread>

namespace vitrine {
namespace {

using testing::HasSubstr;
using testing::Pair;
using testing::UnorderedElementsAre;

class MachineRun : public testing::Test {
protected:
    void SetUp() override { REQUIRE_KVM(); }
};

using CountsByRow = std::map<std::string, std::uint64_t>;

CountsByRow counts_of(const ExitStatistics& statistics)
{
    CountsByRow counts;
    for (const ExitRow& row : statistics.rows)
        counts[row.reason + ' ' + row.detail] += row.non_root.count;
    return counts;
}

/// What issue and design promise: every return of KVM_RUN is in exactly one row.
void expect_counts_add_up(const ExitStatistics& statistics)
{
    std::vector<std::uint64_t> sums(statistics.kvm_run_returns.size());
    for (const ExitRow& row : statistics.rows) {
        EXPECT_EQ(row.root.count, row.non_root.count) << row.reason << ' ' << row.detail;
        sums.at(row.cpu) += row.non_root.count;
    }
    EXPECT_EQ(sums, statistics.kvm_run_returns);
}

TEST_F(MachineRun, EndsWithTheGuestsStatus)
{
    for (const IrqChip irqchip : {IrqChip::none, IrqChip::kernel, IrqChip::split}) {
        FlatGuest guest{exits};
        guest.config.irqchip = irqchip;

        const Outcome outcome = guest.run();

        EXPECT_EQ(outcome.ending, Ending::guest_exit);
        EXPECT_EQ(outcome.status, 42);
        EXPECT_EQ(outcome.report, "");
        EXPECT_THAT(counts_of(guest.statistics), UnorderedElementsAre(Pair("io out 0xa00 exit", 1)));
    }
}

TEST_F(MachineRun, KnowsTheDebugExit) { EXPECT_EQ(FlatGuest{debug_exits}.run().status, 1); }

TEST_F(MachineRun, EntersLongMode) { EXPECT_EQ(FlatGuest(runs_long_mode, CpuMode::long64).run().status, 7); }

/// Without a local APIC, KVM tells of each lowering of CR8: KVM_EXIT_SET_TPR.
TEST_F(MachineRun, LetsTheGuestChangeItsTaskPriority)
{
    for (const IrqChip irqchip : {IrqChip::none, IrqChip::kernel}) {
        FlatGuest guest{changes_its_priority, CpuMode::long64};
        guest.config.irqchip = irqchip;

        EXPECT_EQ(guest.run().status, 9);
    }
}

TEST_F(MachineRun, GivesTheSignalsNumberWhenOneStopsIt)
{
    FlatGuest guest{prints_forever};
    std::once_flag once;
    const auto kill = [&](std::string_view) { std::call_once(once, [] { ::kill(::getpid(), SIGTERM); }); };
    Machine machine{guest.config, {.console_observer = kill}};

    const Outcome outcome = machine.run();

    EXPECT_EQ(outcome.ending, Ending::stopped);
    EXPECT_EQ(outcome.status, 128 + SIGTERM);
}

TEST_F(MachineRun, WritesTheSerialPortsOutputToTheConsole)
{
    FlatGuest guest{prints, CpuMode::protected32};
    std::string seen;
    Machine machine{guest.config, {.console_observer = [&](std::string_view text) { seen += text; }}};

    const Outcome outcome = machine.run();

    EXPECT_EQ(outcome.status, 0);
    EXPECT_EQ(seen, "hello\n");
}

TEST_F(MachineRun, AccountsForEveryReturnOfKvmRun)
{
    FlatGuest guest{many_exits, CpuMode::protected32};

    guest.run();

    expect_counts_add_up(guest.statistics);
    EXPECT_THAT(counts_of(guest.statistics),
                UnorderedElementsAre(Pair("io out 0x80", 1000), Pair("io in 0x81", 10), Pair("mmio read unclaimed", 3),
                                     Pair("mmio write unclaimed", 2), Pair("io out 0xa00 exit", 1)));
}

TEST_F(MachineRun, AccountsForMorePortsThanItHasRows)
{
    FlatGuest guest{touches_many_ports};

    guest.run();

    expect_counts_add_up(guest.statistics);
    EXPECT_EQ(guest.statistics.kvm_run_returns, std::vector<std::uint64_t>{4096 + 1});
    EXPECT_GT(counts_of(guest.statistics)["other "], 3000U);
}

TEST_F(MachineRun, SpendsItsTimeInTheGuestOrInRootMode)
{
    FlatGuest guest{many_exits, CpuMode::protected32};

    guest.run();

    std::chrono::nanoseconds total{};
    for (const ExitRow& row : guest.statistics.rows)
        for (const DurationSummary& part : {row.root, row.non_root}) {
            total += part.total;
            EXPECT_LE(part.min, part.p50);
            EXPECT_LE(part.p50, part.p99);
            EXPECT_LE(part.p99, part.max);
            EXPECT_GE(part.mean, part.min);
            EXPECT_LE(part.mean, part.max);
        }
    EXPECT_GT(total, std::chrono::nanoseconds{});
    EXPECT_LE(total, guest.statistics.elapsed);
}

TEST_F(MachineRun, ShowsWhatKvmCounted)
{
    FlatGuest guest{many_exits, CpuMode::protected32};

    guest.run();

    if (guest.statistics.kvm.empty())
        GTEST_SKIP() << "this kernel has no KVM_GET_STATS_FD";
    const auto exits = std::ranges::find_if(guest.statistics.kvm, [](const KvmCounter& counter) {
        return counter.scope == "vcpu 0" && counter.name == "exits";
    });
    ASSERT_NE(exits, guest.statistics.kvm.end());
    EXPECT_GE(exits->value, 1000U);
}

TEST_F(MachineRun, ReadsOnesWhereNobodyIs) { EXPECT_EQ(FlatGuest(reads_ones, CpuMode::protected32).run().status, 1); }

TEST_F(MachineRun, StartsSecondariesByInitAndSipi)
{
    FlatGuest guest{starts_others, CpuMode::protected32};
    guest.config.cpus = 3;
    guest.config.irqchip = IrqChip::kernel;
    guest.config.timeout = std::chrono::seconds{20};

    const Outcome outcome = guest.run();

    EXPECT_EQ(outcome.status, 2) << outcome.reason;
    EXPECT_EQ(guest.statistics.kvm_run_returns.size(), 3U);
    expect_counts_add_up(guest.statistics);
}

TEST_F(MachineRun, EndsWhenTheGuestHaltsAndNothingCanWakeIt)
{
    const Outcome outcome = FlatGuest{halts}.run();

    EXPECT_EQ(outcome.ending, Ending::stopped);
    EXPECT_THAT(outcome.reason, HasSubstr("nothing can wake it"));
}

TEST_F(MachineRun, RefusesSecondariesThatNothingCouldStart)
{
    FlatGuest guest{exits};
    guest.config.cpus = 2;

    EXPECT_THROW(Machine(guest.config, {}), std::invalid_argument);
}

/// A machine that runs in a thread of its own.
class Running {
public:
    explicit Running(const MachineConfig& config) : machine{config, {}}, thread_{[this] { outcome = machine.run(); }} {}
    void join() { thread_.join(); }

    Machine machine;
    Outcome outcome;

private:
    std::jthread thread_;
};

TEST_F(MachineRun, StopsFromAnotherThread)
{
    for (const auto code : {writes_forever, spins}) {
        FlatGuest guest{code};
        Running running{guest.config};

        running.machine.stop();
        running.join();

        EXPECT_EQ(running.outcome.ending, Ending::stopped);
        EXPECT_EQ(running.outcome.status, 0);
        expect_counts_add_up(running.machine.exit_statistics());
    }
}

TEST_F(MachineRun, StopsAHaltedGuest)
{
    FlatGuest guest{halts};
    guest.config.irqchip = IrqChip::kernel;
    guest.config.cpus = 2;
    Running running{guest.config};

    running.machine.stop();
    running.join();

    EXPECT_EQ(running.outcome.ending, Ending::stopped);
}

TEST_F(MachineRun, DoesNotRunWhilePausedAndGoesOnAfter)
{
    FlatGuest guest{writes_forever};
    Running running{guest.config};
    const auto returns = [&] { return running.machine.exit_statistics().kvm_run_returns.at(0); };

    std::uint64_t seen = 0;
    for (int i = 0; i < 20; ++i) {
        running.machine.pause();
        const std::uint64_t before = returns();
        std::this_thread::yield();
        EXPECT_EQ(returns(), before);
        running.machine.resume();

        while (seen <= before) { // it goes on
            running.machine.pause();
            seen = returns();
            running.machine.resume();
        }
    }
    running.machine.stop();
    running.join();

    expect_counts_add_up(running.machine.exit_statistics());
}

TEST_F(MachineRun, StopsWhilePaused)
{
    FlatGuest guest{writes_forever};
    Running running{guest.config};
    running.machine.pause();

    running.machine.stop();
    running.join();

    EXPECT_EQ(running.outcome.ending, Ending::stopped);
}

TEST_F(MachineRun, SurvivesAPauseBeforeTheFirstExitAndAfterTheLast)
{
    FlatGuest guest{exits};
    Machine machine{guest.config, {}};

    machine.pause();
    machine.resume();
    EXPECT_EQ(machine.run().status, 42);
    machine.pause();
    machine.resume();
}

} // namespace
} // namespace vitrine
