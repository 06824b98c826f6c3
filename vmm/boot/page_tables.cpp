#include "vmm/boot/page_tables.hpp"

#include "abi/layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace vitrine {

namespace {

/// Page tables are put together in host memory and copied into the guest's once they are complete.
class GuestPages {
public:
    GuestPages(Placement& placement, GuestAddress lowest) : placement_{placement}, lowest_{lowest} {}

    std::uint64_t allocate()
    {
        const std::uint64_t page =
            placement_.place({.what = "the page tables", .size = page_size, .lowest = lowest_}).value;
        pages_[page].fill(0);
        return page;
    }
    std::uint64_t* entries(std::uint64_t page) { return pages_.at(page).data(); }

    void copy_to_guest() const
    {
        for (const auto& [address, entries] : pages_)
            placement_.memory().write(GuestAddress{address}, std::as_bytes(std::span{entries}));
    }

private:
    Placement& placement_;
    GuestAddress lowest_;
    std::map<std::uint64_t, std::array<std::uint64_t, 512>> pages_;
};

constexpr std::uint64_t page_floor(std::uint64_t address) { return address & ~(abi::small_page - 1); }
constexpr std::uint64_t page_ceiling(std::uint64_t address) { return page_floor(address + abi::small_page - 1); }

abi::PageRun run_of(const ElfSegment& segment)
{
    const std::uint64_t begin = page_floor(segment.virtual_address);
    const std::uint64_t end = page_ceiling(segment.virtual_address + segment.memory_size.value);
    return {.virtual_address = begin,
            .physical_address = page_floor(segment.physical_address.value),
            .size = end - begin,
            .permissions = abi::page_global | (segment.writable ? abi::page_writable : 0) |
                           (segment.executable ? 0 : abi::page_no_execute)};
}

std::uint64_t largest_page(bool gigabyte_pages) { return gigabyte_pages ? abi::huge_page : abi::large_page; }

} // namespace

GuestAddress build_kernel_page_tables(Placement& placement, const ElfImage& kernel, bool gigabyte_pages)
{
    std::vector<abi::PageRun> image;
    for (const ElfSegment& segment : kernel.segments())
        if (segment.virtual_address >= abi::kernel_image_base)
            image.push_back(run_of(segment));

    GuestPages pages{placement, Placement::legacy_end};
    const auto memory = placement.memory_map();
    const std::uint64_t root = abi::build_boot_page_tables(pages, image, memory, largest_page(gigabyte_pages));
    if (root == 0)
        kernel.image().fail(0, "two segments share a page, so it cannot have the permissions of both: align each to "
                               "4 KiB");
    pages.copy_to_guest();
    return {root};
}

GuestAddress build_identity_page_tables(Placement& placement, bool gigabyte_pages)
{
    const GuestMemory::Region& last = placement.memory().regions().back();
    const std::uint64_t end =
        std::max(GuestMemory::hole_end.value, (last.base + Bytes{last.host.size()}).value + abi::large_page - 1);

    GuestPages pages{placement, Placement::low_structures};
    abi::BootPageTables tables{pages};
    (void)tables.map({0, 0, end & ~(abi::large_page - 1), abi::page_writable}, largest_page(gigabyte_pages));
    pages.copy_to_guest();
    return {tables.root()};
}

} // namespace vitrine
