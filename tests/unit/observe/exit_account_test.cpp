#include "vmm/observe/exit_account.hpp"

#include "few_names.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

namespace vitrine {
namespace {

using std::chrono::nanoseconds;

std::uint64_t sum_of_counts(const std::vector<ExitRow>& rows)
{
    return std::accumulate(rows.begin(), rows.end(), std::uint64_t{0},
                           [](std::uint64_t sum, const ExitRow& row) { return sum + row.non_root.count; });
}

TEST(ExitAccount, SplitsTimeIntoTheGuestsAndOurs)
{
    ExitAccount account;

    account.record(ExitKey{ExitReason::io, 0x3f8, true}, 1000, 1700); // 700 cycles in the guest
    account.close(1750);                                              // 50 in root mode

    const auto rows = account.rows(3, FewNames{}, 2.0);
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0].cpu, 3U);
    EXPECT_EQ(rows[0].reason, "io");
    EXPECT_EQ(rows[0].detail, "out 0x3f8 serial");
    EXPECT_EQ(rows[0].non_root.total, nanoseconds{1400});
    EXPECT_EQ(rows[0].root.total, nanoseconds{100});
    EXPECT_EQ(rows[0].root.min, nanoseconds{100});
    EXPECT_EQ(rows[0].root.p50, nanoseconds{100});
}

TEST(ExitAccount, TellsExitsApartByReasonDirectionAndDetail)
{
    ExitAccount account;
    const ExitKey keys[] = {ExitKey{ExitReason::io, 0x3f8, true},
                            ExitKey{ExitReason::io, 0x3f8, false},
                            ExitKey{ExitReason::io, 0x3f9, true},
                            ExitKey{ExitReason::mmio, 0xfec0'0000, true},
                            ExitKey{ExitReason::mmio, ExitKey::unclaimed_mmio, false},
                            ExitKey{ExitReason::rdmsr, 0xdead},
                            ExitKey{ExitReason::unknown}};

    for (const ExitKey key : keys)
        for (int i = 0; i < 2; ++i) {
            account.record(key, 0, 1);
            account.close(2);
        }

    std::vector<std::string> details;
    for (const ExitRow& row : account.rows(0, FewNames{}, 1.0)) {
        EXPECT_EQ(row.root.count, 2U);
        details.push_back(row.reason + ' ' + row.detail);
    }
    EXPECT_THAT(details, testing::ElementsAre("io out 0x3f8 serial", "io in 0x3f8 serial", "io out 0x3f9",
                                              "mmio write 0xfec00000 ioapic", "mmio read unclaimed", "x86_rdmsr 0xdead",
                                              "unknown "));
}

TEST(ExitAccount, CountsEveryReturnOnceHoweverManyKeysAGuestMakesUp)
{
    ExitAccount account;

    for (std::uint64_t port = 0; port < 0x1'0000; ++port)
        account.record(ExitKey{ExitReason::io, port, true}, port, port + 1);
    account.close(0x1'0001);

    const auto rows = account.rows(0, FewNames{}, 1.0);
    EXPECT_EQ(rows.size(), ExitAccount::max_rows);
    EXPECT_EQ(rows.back().reason, "other");
    EXPECT_EQ(rows.back().non_root.count, 0x1'0000 - (ExitAccount::max_rows - 1));
    EXPECT_EQ(sum_of_counts(rows), 0x1'0000U);
    EXPECT_EQ(account.returns(), 0x1'0000U);
}

TEST(ExitAccount, DoesNotCountAPauseAsRootMode)
{
    ExitAccount account;

    account.record(ExitKey{ExitReason::intr}, 0, 10);
    account.close(15);  // the pause begins
    account.close(999); // and ends: nothing is open

    EXPECT_EQ(account.rows(0, FewNames{}, 1.0).at(0).root.total, nanoseconds{5});
}

} // namespace
} // namespace vitrine
