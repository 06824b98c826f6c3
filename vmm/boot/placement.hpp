#pragma once

#include "abi/boot_info.hpp"
#include "vmm/machine/guest_memory.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace vitrine {

/// Something that may go anywhere within limits.
struct PlacementWish {
    std::string what; ///< for the error message
    Bytes size;
    abi::MemoryType type = abi::MemoryType::boot_data;
    Bytes alignment = page_size; ///< a power of two, at least a page
    GuestAddress lowest{};
    GuestAddress end{~0ULL};
    bool from_top = false; ///< the highest place that fits, instead of the lowest
};

/// Who lies where in the guest's RAM. Everything starts and ends on a page and nothing overlaps.
///
/// The map is a PC's: between `legacy_begin` and `legacy_end` RAM is kept for what firmware would have left there. Only
/// an image with fixed addresses, or a wish for a place in just that area, gets some of it.
class Placement {
public:
    static constexpr GuestAddress legacy_begin{0x9'f000};
    static constexpr GuestAddress legacy_end{0x10'0000};
    /// Where a protocol's structures go: above the interrupt vectors and the pages that guests start their CPUs from.
    static constexpr GuestAddress low_structures{0x1'0000};

    /// `image` is the file that errors are about.
    Placement(const GuestMemory& memory, std::filesystem::path image);

    /// Takes the pages that hold [base, base + size). Throws ImageError when they are not RAM or not free.
    void claim(const std::string& what, GuestAddress base, Bytes size, abi::MemoryType type);

    /// Finds and takes a place. Throws ImageError, with the memory that would do, when there is none.
    GuestAddress place(const PlacementWish& wish);

    /// All RAM: what was taken, and the usable rest. Sorted, disjoint, neighbours of one type merged.
    std::vector<abi::MemoryRange> memory_map() const;

    const GuestMemory& memory() const { return memory_; }

private:
    struct Extent {
        std::uint64_t begin;
        std::uint64_t end;
        abi::MemoryType type;
    };

    bool is_free(const Extent& extent) const;
    void take(const Extent& extent);
    [[noreturn]] void fail_for_memory(const std::string& problem, std::uint64_t needed) const;

    const GuestMemory& memory_;
    std::filesystem::path image_;
    std::vector<Extent> ram_;   ///< sorted; the legacy area is an extent of its own, `reserved`
    std::vector<Extent> taken_; ///< sorted, disjoint, neighbours of one type merged
};

} // namespace vitrine
