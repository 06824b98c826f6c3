#include "guest_fixture.hpp"

namespace vitrine::test {

void expect_sound(const std::vector<abi::MemoryRange>& map, Bytes ram)
{
    std::uint64_t end = 0;
    std::uint64_t total = 0;
    for (const abi::MemoryRange& range : map) {
        EXPECT_EQ(range.base % page_size.value, 0U);
        EXPECT_EQ(range.size % page_size.value, 0U);
        EXPECT_NE(range.size, 0U);
        EXPECT_GE(range.base, end);
        end = range.base + range.size;
        total += range.size;
    }
    EXPECT_EQ(total, ram.value);
}

abi::MemoryType type_at(const std::vector<abi::MemoryRange>& map, std::uint64_t address)
{
    for (const abi::MemoryRange& range : map)
        if (address - range.base < range.size)
            return range.type;
    ADD_FAILURE() << "nothing at " << address;
    return abi::MemoryType::reserved;
}

} // namespace vitrine::test
