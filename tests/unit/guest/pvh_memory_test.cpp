#include "arch/x86_64/pvh_memory.hpp"

#include <gtest/gtest.h>

#include <tuple>
#include <vector>

namespace {

using arch::pvh::e820_acpi;
using arch::pvh::e820_usable;
using arch::pvh::MemoryMap;
using arch::pvh::MemoryMapEntry;
using vitrine::abi::MemoryRange;
using vitrine::abi::MemoryType;

using Range = std::tuple<u64, u64, MemoryType>;

std::vector<Range> ranges(const MemoryMap& map)
{
    std::vector<Range> all;
    for (const MemoryRange& range : map.ranges())
        all.emplace_back(range.base, range.base + range.size, range.type);
    return all;
}

TEST(PvhMemoryMap, SortsAndKeepsRamAndAcpiTablesOnly)
{
    constexpr u32 e820_reserved = 2;
    const MemoryMapEntry entries[] = {{0x10'0000, 0x10'0000, e820_usable, 0},
                                      {0xf000'0000, 0x1000, e820_reserved, 0},
                                      {0x20'0000, 0x1000, e820_acpi, 0},
                                      {0, 0x9'f000, e820_usable, 0}};

    EXPECT_EQ(ranges(MemoryMap{entries}), (std::vector<Range>{{0, 0x9'f000, MemoryType::usable},
                                                              {0x10'0000, 0x20'0000, MemoryType::usable},
                                                              {0x20'0000, 0x20'1000, MemoryType::acpi}}));
}

TEST(PvhMemoryMap, UsesWholePagesOfRamOnly)
{
    const MemoryMapEntry entries[] = {{0x1800, 0x2000, e820_usable, 0}, {0x8001, 0xffe, e820_usable, 0}};

    EXPECT_EQ(ranges(MemoryMap{entries}), (std::vector<Range>{{0x2000, 0x3000, MemoryType::usable}}));
}

TEST(PvhMemoryMap, CutsOutWhatIsClaimed)
{
    const MemoryMapEntry entries[] = {{0, 0x10000, e820_usable, 0}};
    MemoryMap map{entries};

    map.claim(0x4800, 0x1000, MemoryType::kernel);
    map.claim(0, 0x1000, MemoryType::boot_data);

    EXPECT_EQ(ranges(map), (std::vector<Range>{{0, 0x1000, MemoryType::boot_data},
                                               {0x1000, 0x4000, MemoryType::usable},
                                               {0x4000, 0x6000, MemoryType::kernel},
                                               {0x6000, 0x10000, MemoryType::usable}}));
}

TEST(PvhMemoryMap, LeavesWhatIsTakenToItsFirstClaimant)
{
    const MemoryMapEntry entries[] = {{0, 0x3000, e820_usable, 0}};
    MemoryMap map{entries};

    map.claim(0x1000, 0x1000, MemoryType::kernel);
    map.claim(0, 0x3000, MemoryType::initramfs);

    EXPECT_EQ(ranges(map), (std::vector<Range>{{0, 0x1000, MemoryType::initramfs},
                                               {0x1000, 0x2000, MemoryType::kernel},
                                               {0x2000, 0x3000, MemoryType::initramfs}}));
}

} // namespace
