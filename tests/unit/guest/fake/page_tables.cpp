#include "arch/paging.hpp"
#include "arch/user_half.hpp"

#include "tests/unit/guest/fake/machine.hpp"

#include <map>
#include <utility>

/// Page tables as maps from address to page. A root's "physical address" is a number that names its map.
namespace arch {
namespace {

using Pages = std::map<kernel::VirtualAddress, Mapping>;

std::map<u64, Pages>& all_tables()
{
    static std::map<u64, Pages> tables;
    return tables;
}
constexpr u64 kernel_root = 1;
u64 last_root = kernel_root;
unsigned flushes = 0;
u64 active_root = 0;

Pages& pages_of(kernel::PhysicalAddress root) { return all_tables()[root.value]; }

} // namespace

PageTables& PageTables::kernel()
{
    static PageTables tables{kernel::PhysicalAddress{kernel_root}};
    return tables;
}

kernel::Result<PageTables> PageTables::create() { return PageTables{kernel::PhysicalAddress{++last_root}}; }

PageTables::PageTables(PageTables&& other) noexcept : root_{std::exchange(other.root_, {})} {}

PageTables::~PageTables()
{
    if (root_.value != kernel_root)
        all_tables().erase(root_.value);
}

kernel::Result<void> PageTables::map(kernel::VirtualAddress address, kernel::PhysicalAddress physical, PageFlags flags)
{
    pages_of(root_)[address.page()] = {physical, flags};
    return {};
}

void PageTables::map_absent(kernel::VirtualAddress address, std::span<kernel::PhysicalAddress> pages, PageFlags flags)
{
    for (kernel::PhysicalAddress& page : pages) {
        if (pages_of(root_).try_emplace(address.page(), Mapping{page, flags}).second)
            page = {};
        address = address + kernel::page_size;
    }
}

void PageTables::unmap(kernel::VirtualAddress address) { pages_of(root_).erase(address.page()); }

std::optional<Mapping> PageTables::lookup(kernel::VirtualAddress address) const
{
    const Pages& pages = pages_of(root_);
    const auto page = pages.find(address.page());
    return page == pages.end() ? std::nullopt : std::optional{page->second};
}

void PageTables::visit(kernel::VirtualAddress begin, kernel::VirtualAddress end, PageVisitor& visitor)
{
    Pages& pages = pages_of(root_);
    for (auto page = pages.lower_bound(begin); page != pages.end() && page->first < end;) {
        const auto flags = visitor.visit(page->first, page->second);
        if (flags)
            page->second.flags = *flags;
        page = flags ? std::next(page) : pages.erase(page);
    }
}

void PageTables::activate() const { active_root = root_.value; }

void flush_tlb(kernel::VirtualAddress, u64) { ++flushes; }
void flush_user_tlb(UserHalf&, kernel::VirtualAddress, u64) { ++flushes; }
void retire_user_half(UserHalf&) {}
void load_user_half(UserHalf& half) { half.tables.activate(); }

} // namespace arch

namespace fake {
unsigned tlb_flushes() { return arch::flushes; }

std::optional<arch::Mapping> translate(kernel::VirtualAddress address)
{
    const auto& pages = arch::pages_of({arch::active_root});
    const auto page = pages.find(address.page());
    return page == pages.end() ? std::nullopt : std::optional{page->second};
}
} // namespace fake
