#pragma once

#include "abi/boot_info.hpp"
#include "arch/x86_64/pvh.hpp"

#include <array>
#include <span>

namespace arch::pvh {

/// The memory map in BootInfo's form: sorted, disjoint, page-aligned, with the parts already in use cut out.
class MemoryMap {
public:
    /// Only usable RAM and ACPI tables are taken over. What does not fit into the array is left out: RAM not used.
    explicit MemoryMap(std::span<const MemoryMapEntry> entries);

    /// Declares that [base, base + size), rounded to pages, is in use as `type`, where it is usable RAM.
    void claim(u64 base, u64 size, vitrine::abi::MemoryType type);

    std::span<const vitrine::abi::MemoryRange> ranges() const { return {ranges_.data(), count_}; }

private:
    void insert(std::size_t index, vitrine::abi::MemoryRange range);

    std::array<vitrine::abi::MemoryRange, 64> ranges_{};
    std::size_t count_ = 0;
};

} // namespace arch::pvh
