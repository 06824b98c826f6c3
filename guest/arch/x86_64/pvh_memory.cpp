#include "arch/x86_64/pvh_memory.hpp"

#include <algorithm>

namespace arch::pvh {

using kernel::align_down;
using kernel::align_up;
using kernel::page_size;
using vitrine::abi::MemoryRange;
using vitrine::abi::MemoryType;

MemoryMap::MemoryMap(std::span<const MemoryMapEntry> entries)
{
    for (const MemoryMapEntry& entry : entries) {
        const bool usable = entry.type == e820_usable;
        if (!usable && entry.type != e820_acpi)
            continue;
        const u64 base = usable ? align_up(entry.address, page_size) : align_down(entry.address, page_size);
        const u64 last = entry.address + entry.size;
        const u64 end = usable ? align_down(last, page_size) : align_up(last, page_size);
        if (end <= base)
            continue;
        std::size_t index = 0;
        while (index < count_ && ranges_[index].base < base)
            ++index;
        insert(index, {base, end - base, usable ? MemoryType::usable : MemoryType::acpi, 0});
    }
}

void MemoryMap::claim(u64 base, u64 size, MemoryType type)
{
    const u64 end = align_up(base + size, page_size);
    base = align_down(base, page_size);
    for (std::size_t index = 0; index < count_; ++index) {
        const MemoryRange whole = ranges_[index];
        const u64 whole_end = whole.base + whole.size;
        const u64 from = std::max(base, whole.base);
        const u64 to = std::min(end, whole_end);
        if (whole.type != MemoryType::usable || from >= to)
            continue;
        ranges_[index] = {from, to - from, type, 0};
        if (to < whole_end)
            insert(index + 1, {to, whole_end - to, MemoryType::usable, 0});
        if (whole.base < from)
            insert(index++, {whole.base, from - whole.base, MemoryType::usable, 0});
    }
}

void MemoryMap::insert(std::size_t index, MemoryRange range)
{
    if (count_ == ranges_.size())
        return;
    std::copy_backward(ranges_.begin() + index, ranges_.begin() + count_, ranges_.begin() + count_ + 1);
    ranges_[index] = range;
    ++count_;
}

} // namespace arch::pvh
