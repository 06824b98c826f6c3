#include "kernel/mm/buddy.hpp"

#include "arch/paging.hpp"
#include "tests/unit/guest/fake/machine.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <random>

namespace {

using fake::Machine;
using kernel::page_size;
using kernel::PhysicalAddress;
using kernel::mm::BuddyAllocator;
using kernel::mm::Contents;
using kernel::mm::max_order;
using kernel::mm::MemoryLayout;
using vitrine::abi::MemoryRange;
using vitrine::abi::MemoryType;

constexpr u64 mebibyte = Machine::mebibyte;

/// A machine with an allocator of its own over the given ranges.
class Buddies {
public:
    Buddies(std::size_t size, const std::vector<MemoryRange>& memory, bool zeroed)
        : machine_{size, memory, zeroed ? vitrine::abi::boot_ram_is_zeroed : 0U},
          layout_{MemoryLayout::from(memory, zeroed).value()}
    {
        kernel::mm::mem_map = arch::direct_map<kernel::mm::Page>(layout_.descriptors);
        allocator_ = std::make_unique<BuddyAllocator>(layout_);
    }
    explicit Buddies(bool zeroed = true)
        : Buddies{32 * mebibyte,
                  {{0, 0x9'f000, MemoryType::usable, 0},
                   {0x10'0000, 0x31'5000, MemoryType::usable, 0},
                   {5 * mebibyte, mebibyte, MemoryType::initramfs, 0},
                   {6 * mebibyte, 26 * mebibyte, MemoryType::usable, 0}},
                  zeroed}
    {}

    BuddyAllocator* operator->() { return allocator_.get(); }
    std::byte* bytes(PhysicalAddress address) const { return machine_.at(address.value); }
    const MemoryLayout& layout() const { return layout_; }

    std::optional<PhysicalAddress> allocate(unsigned order, Contents contents = Contents::any)
    {
        const auto block = allocator_->allocate(order, contents);
        return block ? std::optional{kernel::mm::address_of(*block->page)} : std::nullopt;
    }
    bool allocates_zeroed(unsigned order) { return allocator_->allocate(order, Contents::zeroed)->zeroed; }

private:
    Machine machine_;
    MemoryLayout layout_;
    std::unique_ptr<BuddyAllocator> allocator_;
};

bool is_full_of(const std::byte* bytes, std::size_t size, std::byte value)
{
    return bytes[0] == value && std::memcmp(bytes, bytes + 1, size - 1) == 0;
}

TEST(MemoryLayout, KeepsTheFirstMebibyteAndPageZeroApart)
{
    const MemoryRange memory[] = {{0, 64 * mebibyte, MemoryType::usable, 0}};

    const auto layout = MemoryLayout::from(memory, true).value();

    EXPECT_EQ(layout.low.begin, page_size);
    EXPECT_EQ(layout.low.end, mebibyte);
    EXPECT_EQ(layout.descriptors.value, mebibyte);
    EXPECT_EQ(layout.regions, 16U);
    EXPECT_EQ(layout.usable[0].begin, mebibyte + 16UL * 1024 * 64 + page_size);
}

TEST(MemoryLayout, PutsTheDescriptorsWhereThereIsRoom)
{
    const MemoryRange memory[] = {{mebibyte, page_size, MemoryType::usable, 0},
                                  {2 * mebibyte, mebibyte, MemoryType::kernel, 0},
                                  {3 * mebibyte, 61 * mebibyte, MemoryType::usable, 0}};

    const auto layout = MemoryLayout::from(memory, true).value();

    EXPECT_EQ(layout.descriptors.value, 3 * mebibyte);
    EXPECT_EQ(layout.usable[0].begin, mebibyte);
}

TEST(MemoryLayout, RefusesAMachineWithoutRoomForDescriptors)
{
    const MemoryRange memory[] = {{0, mebibyte, MemoryType::usable, 0},
                                  {4096 * mebibyte, page_size, MemoryType::usable, 0}};

    EXPECT_FALSE(MemoryLayout::from(memory, true));
    EXPECT_FALSE(MemoryLayout::from({}, true));
}

TEST(MemoryLayout, TrimsRangesToWholePages)
{
    const MemoryRange memory[] = {{2 * mebibyte + 1, 8 * mebibyte, MemoryType::usable, 0}};

    const auto layout = MemoryLayout::from(memory, true).value();

    EXPECT_EQ(layout.descriptors.value, 2 * mebibyte + page_size);
    EXPECT_EQ(layout.usable[0].end, 10 * mebibyte);
}

TEST(BuddyAllocator, GivesOutEveryPageOnceAndOnlyUsableOnes)
{
    Buddies buddies;
    std::vector<bool> seen(32 * mebibyte / page_size);
    u64 pages = 0;

    while (const auto page = buddies.allocate(0)) {
        const u64 address = page->value;
        ASSERT_FALSE(seen[address / page_size]) << address;
        seen[address / page_size] = true;
        ASSERT_TRUE((address >= 0x10'0000 && address < 0x41'5000) || address >= 6 * mebibyte) << address;
        ++pages;
    }

    EXPECT_EQ(pages, buddies->counts().total);
    EXPECT_EQ(buddies->counts().free, 0U);
}

TEST(BuddyAllocator, TouchesNothingAtFirst)
{
    Buddies buddies;
    const std::byte* const descriptors = buddies.bytes(buddies.layout().descriptors);

    EXPECT_TRUE(is_full_of(descriptors, 64UL * 1024, std::byte{}));
    EXPECT_EQ(buddies->counts().free, buddies->counts().total);
}

TEST(BuddyAllocator, GivesZeroedBlocksWhileThereIsFreshRam)
{
    Buddies buddies;
    const PhysicalAddress used = *buddies.allocate(3);
    buddies->free(used, 3);

    EXPECT_EQ(buddies.allocate(3), used) << "what was used is used first";
    EXPECT_TRUE(buddies.allocates_zeroed(0));
    EXPECT_TRUE(buddies.allocates_zeroed(5));
}

TEST(BuddyAllocator, PromisesNoZerosOfWhatWasUsed)
{
    Buddies buddies;
    std::vector<PhysicalAddress> pages;
    while (const auto page = buddies.allocate(0))
        pages.push_back(*page);

    buddies->free(pages.back(), 0);

    EXPECT_FALSE(buddies.allocates_zeroed(0));
}

TEST(BuddyAllocator, PromisesNoZerosWhereRamIsNotKnownToBeZero)
{
    Buddies buddies{false};

    EXPECT_FALSE(buddies.allocates_zeroed(0));
}

TEST(BuddyAllocator, MergesFreshWithUsedBlocksWhenItMust)
{
    Buddies buddies;
    const PhysicalAddress page = *buddies.allocate(0); // splits a fresh block
    buddies->free(page, 0);                            // whose other half is fresh still

    u64 largest = 0;
    while (buddies.allocate(max_order))
        ++largest;

    // 0x415000 cuts the first range within [4M, 8M), which the initramfs makes two of; six whole blocks are behind it.
    EXPECT_EQ(largest, 6U);
}

TEST(BuddyAllocator, PanicsOnABadFree)
{
    Buddies buddies;
    const PhysicalAddress block = *buddies.allocate(2);

    EXPECT_THROW(buddies->free(block, 1), fake::Panic);
    EXPECT_THROW(buddies->free(block + page_size, 0), fake::Panic);
    EXPECT_THROW(buddies->free(block + 8, 2), fake::Panic);
    EXPECT_THROW(buddies->free({1ULL << 40}, 2), fake::Panic);
    EXPECT_THROW(buddies->free({0x20'0000}, 0), fake::Panic) << "never given out";
    buddies->free(block, 2);
    EXPECT_THROW(buddies->free(block, 2), fake::Panic);
}

TEST(BuddyAllocator, TakesRamThatIsGivenToItLater)
{
    Buddies buddies;
    const auto before = buddies->counts();

    buddies->add({5 * mebibyte}, mebibyte);

    EXPECT_EQ(buddies->counts().total, before.total + 256);
    EXPECT_EQ(buddies.allocate(8)->value, 5 * mebibyte);
}

TEST(BuddyAllocator, TakesRamThatIsGivenToItLaterWithoutZeroedDescriptors)
{
    Buddies buddies{false};
    ASSERT_TRUE(buddies.allocate(0));

    buddies->add({5 * mebibyte}, mebibyte);
    u64 pages = 1;
    while (buddies.allocate(0))
        ++pages;

    EXPECT_EQ(pages, buddies->counts().total);
}

TEST(BuddyAllocator, HasLowPagesForThoseWhoAsk)
{
    Buddies buddies;

    EXPECT_EQ(buddies->take_low_page()->value, page_size);
    unsigned pages = 1;
    while (buddies->take_low_page())
        ++pages;
    EXPECT_EQ(pages, 0x9eU);
}

class BuddyModel : public testing::TestWithParam<bool> {};

TEST_P(BuddyModel, NeverOverlapsLosesNothingAndTellsTheTruthAboutZeros)
{
    struct Block {
        unsigned order;
        std::byte mark;
    };
    std::mt19937 random{4};
    Buddies buddies{GetParam()};
    std::map<u64, Block> model;
    u64 in_use = 0;

    for (int step = 0; step < 12'000; ++step) {
        const bool grow = step / 2'000 % 2 == 0;
        if (model.empty() || random() % 8 < (grow ? 5U : 3U)) {
            const unsigned order = random() % 16 == 0 ? random() % (max_order + 1) : random() % 3;
            const auto block = buddies->allocate(order, random() % 2 == 0 ? Contents::zeroed : Contents::any);
            if (!block)
                continue;
            const u64 begin = kernel::mm::address_of(*block->page).value;
            const u64 size = page_size << order;
            ASSERT_EQ(begin % size, 0U);
            const auto next = model.lower_bound(begin);
            ASSERT_TRUE(next == model.end() || begin + size <= next->first);
            ASSERT_TRUE(next == model.begin() ||
                        std::prev(next)->first + (page_size << std::prev(next)->second.order) <= begin);
            std::byte* const bytes = buddies.bytes({begin});
            ASSERT_TRUE(!block->zeroed || is_full_of(bytes, size, std::byte{}));
            const auto mark = static_cast<std::byte>(1 + random() % 255);
            std::memset(bytes, static_cast<int>(mark), size);
            model[begin] = {order, mark};
            in_use += size / page_size;
        } else {
            const auto victim = std::next(model.begin(), static_cast<std::ptrdiff_t>(random() % model.size()));
            const auto [begin, block] = *victim;
            const u64 size = page_size << block.order;
            const std::byte* const bytes = buddies.bytes({begin});
            ASSERT_TRUE(is_full_of(bytes, size, block.mark));
            buddies->free({begin}, block.order);
            in_use -= size / page_size;
            model.erase(victim);
        }
        ASSERT_EQ(buddies->counts().free, buddies->counts().total - in_use);
    }

    for (const auto& [begin, block] : model)
        buddies->free({begin}, block.order);
    u64 largest = 0;
    while (buddies.allocate(max_order))
        ++largest;
    EXPECT_EQ(largest, 6U) << "freed blocks did not all merge";
}

INSTANTIATE_TEST_SUITE_P(Ram, BuddyModel, testing::Bool(),
                         [](const auto& ram) { return ram.param ? "Zeroed" : "Dirty"; });

} // namespace
