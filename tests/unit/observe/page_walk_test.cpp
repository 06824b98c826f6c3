#include "vmm/observe/page_walk.hpp"

#include <gtest/gtest.h>

namespace vitrine {
namespace {

constexpr std::uint64_t present = 1;
constexpr std::uint64_t large = 1 << 7;
constexpr std::uint64_t no_execute = 1ULL << 63;

class PageWalk : public testing::Test {
protected:
    void put(std::uint64_t address, std::uint64_t entry) { memory_.write(GuestAddress{address}, entry); }
    void put32(std::uint64_t address, std::uint32_t entry) { memory_.write(GuestAddress{address}, entry); }

    kvm_sregs paging(std::uint64_t cr4, std::uint64_t efer) const
    {
        kvm_sregs state{};
        state.cr0 = 1ULL << 31 | 1;
        state.cr3 = 0x1000;
        state.cr4 = cr4;
        state.efer = efer;
        return state;
    }
    kvm_sregs long_mode() const { return paging(1 << 5, 1 << 10 | 1 << 8); }

    std::optional<std::uint64_t> walk(const kvm_sregs& state, std::uint64_t linear) const
    {
        const auto found = translate(memory_, state, linear);
        return found ? std::optional{found->value} : std::nullopt;
    }

    GuestMemory memory_{{.size = Bytes{1 << 20}}};
};

TEST_F(PageWalk, IsTheIdentityWithoutPaging)
{
    kvm_sregs state{};

    EXPECT_EQ(walk(state, 0x12345), 0x12345U);
    EXPECT_EQ(walk(state, 0x1'0001'2345), 0x12345U) << "32 address bits outside long mode";
}

TEST_F(PageWalk, FollowsFourLevels)
{
    constexpr std::uint64_t linear = 0xffff'ffff'8020'3456;
    put(0x1000 + 511 * 8, 0x2000 | present);
    put(0x2000 + 510 * 8, 0x3000 | present);
    put(0x3000 + 1 * 8, 0x4000 | present);
    put(0x4000 + 3 * 8, 0x7000 | present | no_execute);

    EXPECT_EQ(walk(long_mode(), linear), 0x7456U);
}

TEST_F(PageWalk, FollowsFiveLevels)
{
    put(0x1000, 0x5000 | present);
    put(0x5000, 0x2000 | present);
    put(0x2000, 0x3000 | present);
    put(0x3000, 0x4000 | present);
    put(0x4000, 0x9000 | present);

    EXPECT_EQ(walk(paging(1 << 5 | 1 << 12, 1 << 10), 0x123), 0x9123U);
}

TEST_F(PageWalk, TakesLargePages)
{
    put(0x1000, 0x2000 | present);
    put(0x2000, 0x3000 | present);
    put(0x2000 + 8, 0x4000'0000 | present | large);
    put(0x3000 + 2 * 8, 0x60'0000 | present | large);

    EXPECT_EQ(walk(long_mode(), 0x41'2345), 0x61'2345U) << "2 MiB";
    EXPECT_EQ(walk(long_mode(), 0x4123'4567), 0x4123'4567U) << "1 GiB";
}

TEST_F(PageWalk, FollowsThe32BitFormats)
{
    put32(0x1000, 0x2000 | present);
    put32(0x2000 + 4, 0x8000 | present);
    put32(0x1000 + 4, 0x0080'0000 | present | large);

    EXPECT_EQ(walk(paging(0, 0), 0x1abc), 0x8abcU);
    EXPECT_EQ(walk(paging(1 << 4, 0), 0x40'1234), 0x80'1234U) << "4 MiB page, CR4.PSE on";
}

TEST_F(PageWalk, FollowsPae)
{
    kvm_sregs state = paging(1 << 5, 0);
    state.cr3 = 0x1020; // 32-byte aligned is enough
    put(0x1020 + 3 * 8, 0x2000 | present);
    put(0x2000, 0x3000 | present);
    put(0x3000 + 8, 0xa000 | present);

    EXPECT_EQ(walk(state, 0xc000'1042), 0xa042U);
}

TEST_F(PageWalk, StopsAtWhatIsNotPresentOrNotRam)
{
    EXPECT_EQ(walk(long_mode(), 0x1000), std::nullopt) << "an empty table";
    put(0x1000, 0x7fff'ffff'f000 | present);
    EXPECT_EQ(walk(long_mode(), 0x1000), std::nullopt) << "a table far outside RAM";

    kvm_sregs state = long_mode();
    state.cr3 = 0xffff'ffff'ffff'f000;
    EXPECT_EQ(walk(state, 0x1000), std::nullopt) << "a root outside RAM";
}

TEST_F(PageWalk, EndsOnTablesThatPointToThemselves)
{
    put(0x1000, 0x1000 | present);

    EXPECT_EQ(walk(long_mode(), 0x42), 0x1042U);
}

TEST_F(PageWalk, ReadsUpToTheFirstUnmappedPage)
{
    put(0x1000, 0x2000 | present);
    put(0x2000, 0x3000 | present);
    put(0x3000, 0x4000 | present);
    put(0x4000, 0x7000 | present);
    put(0x4000 + 8, 0x9000 | present); // not beside it in physical memory
    memory_.write(GuestAddress{0x7ffe}, std::uint16_t{0x2211});
    memory_.write(GuestAddress{0x9000}, std::uint16_t{0x4433});

    const auto across = read_linear(memory_, long_mode(), 0xffe, 4);
    const auto cut = read_linear(memory_, long_mode(), 0x1ffe, 100);

    ASSERT_EQ(across.size(), 4U);
    for (unsigned i = 0; i < 4; ++i)
        EXPECT_EQ(std::to_integer<unsigned>(across[i]), 0x11 * (i + 1));
    EXPECT_EQ(cut.size(), 2U);
}

TEST(LinearRip, AddsTheSegmentOnlyOutside64BitMode)
{
    kvm_regs regs{};
    regs.rip = 0x10;
    kvm_sregs real{};
    real.cs.base = 0xffff'0000;
    kvm_sregs long64 = real;
    long64.efer = 1 << 10;
    long64.cs.l = 1;

    EXPECT_EQ(linear_rip(regs, real), 0xffff'0010U);
    EXPECT_EQ(linear_rip(regs, long64), 0x10U);
}

} // namespace
} // namespace vitrine
