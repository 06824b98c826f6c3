#pragma once

#include "vmm/machine/guest_memory.hpp"

#include <cstdint>
#include <optional>

namespace vitrine::test {

struct Translation {
    GuestAddress physical;
    std::uint64_t page_size;
    bool writable;
    bool executable;
    bool global;
    bool user;
};

/// What the MMU would make of `address` (4 levels).
inline std::optional<Translation> translate(const GuestMemory& memory, GuestAddress root, std::uint64_t address)
{
    bool writable = true;
    bool executable = true;
    bool user = true;
    std::uint64_t table = root.value;
    for (unsigned shift = 39;; shift -= 9) {
        const auto entry = memory.read<std::uint64_t>(GuestAddress{table + (address >> shift) % 512 * 8});
        if ((entry & 1) == 0)
            return std::nullopt;
        writable = writable && (entry & 2) != 0;
        user = user && (entry & 4) != 0;
        executable = executable && (entry >> 63) == 0;
        const std::uint64_t target = entry & 0x000f'ffff'ffff'f000;
        if (shift == 12 || (entry & 0x80) != 0) {
            const std::uint64_t size = 1ULL << shift;
            return Translation{.physical = {target + address % size},
                               .page_size = size,
                               .writable = writable,
                               .executable = executable,
                               .global = (entry & 0x100) != 0,
                               .user = user};
        }
        table = target;
    }
}

} // namespace vitrine::test
