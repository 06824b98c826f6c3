#include "arch/paging.hpp"

#include "abi/boot_paging.hpp"
#include "arch/x86_64/layout.hpp"
#include "arch/x86_64/per_cpu.hpp"
#include "arch/x86_64/registers.hpp"
#include "arch/x86_64/root.hpp"
#include "kernel/init/boot_step.hpp"
#include "kernel/mm/page_allocator.hpp"
#include "kernel/printk.hpp"

#include <algorithm>

namespace arch {
namespace {

using namespace vitrine::abi;
using kernel::PhysicalAddress;
using kernel::VirtualAddress;

using Entries = u64[512];

constexpr unsigned top_level = 3; ///< PML4; 0 is the page table
constexpr unsigned user_slots = 256;
/// Software's own: the entry of a page that nobody may access; `page_present` is clear.
constexpr u64 page_inaccessible = 1 << 9;
constexpr u64 page_write_through = 1 << 3;
constexpr u64 page_cache_disable = 1 << 4;

constexpr unsigned slot_of(u64 address) { return static_cast<unsigned>(address >> 39 & 511); }

/// The slots of the PML4 that the kernel half uses; the same entries in all roots, made before the second root is, so
/// that what is mapped below them later is seen everywhere. One slot, 512 GiB, is enough for each.
constexpr unsigned kernel_slots[] = {slot_of(direct_map_base), slot_of(vmalloc_base), slot_of(entry_area),
                                     slot_of(kernel_image_base)};

Entries& entries_of(PhysicalAddress table) { return *direct_map<Entries>(table); }
PhysicalAddress table_of(u64 entry) { return {entry & page_address_mask}; }

unsigned index_at(VirtualAddress address, unsigned level)
{
    return static_cast<unsigned>(address.value >> (page_shift + level * page_table_index_bits) & 511);
}

u64 bits_of(PageFlags flags)
{
    u64 bits = (flags.accessible ? u64{page_present} : page_inaccessible) | page_accessed | page_dirty | page_user;
    if (flags.write)
        bits |= page_writable;
    if (!flags.execute)
        bits |= page_no_execute;
    if (flags.uncached)
        bits |= page_write_through | page_cache_disable;
    return bits;
}

PageFlags flags_of(u64 entry)
{
    return {.write = (entry & page_writable) != 0,
            .execute = (entry & page_no_execute) == 0,
            .user = (entry & page_user) != 0,
            .uncached = (entry & page_cache_disable) != 0,
            .accessible = (entry & page_present) != 0};
}

/// Rights are the leaves' business, but for one: CPL 3 reaches the kernel half only where the kernel itself runs there,
/// and that is said once, in the root. All below allows it.
u64 table_bits(VirtualAddress address, unsigned level)
{
    const bool for_ring3 = level != top_level || address.value < user_end ||
                           slot_of(address.value) == slot_of(entry_area) || kernel_in_ring3;
    return page_present | page_writable | page_accessed | (for_ring3 ? u64{page_user} : 0);
}

constinit u64 kernel_tables = 0;

/// The table below `entry`, made when there is none.
kernel::Result<PhysicalAddress> child_table(u64& entry, VirtualAddress address, unsigned level)
{
    if ((entry & page_present) == 0) {
        entry = TRY(kernel::mm::alloc_page(kernel::mm::Contents::zeroed))
        .value | table_bits(address, level);
        if (address.value >= user_end)
            __atomic_add_fetch(&kernel_tables, 1, __ATOMIC_RELAXED);
    }
    if ((entry & page_large) != 0)
        return kernel::Errno::eexist;
    return table_of(entry);
}

/// The entry that maps `address`, be it in a page table or a large page's; null where there is no table.
u64* find_leaf(PhysicalAddress root, VirtualAddress address, unsigned& level)
{
    PhysicalAddress table = root;
    for (level = top_level;; --level) {
        u64& entry = entries_of(table)[index_at(address, level)];
        if (level == 0 || (entry & page_large) != 0)
            return &entry;
        if ((entry & page_present) == 0)
            return nullptr;
        table = table_of(entry);
    }
}

/// PageTables::visit, below `table`.
void visit_pages(PhysicalAddress table, unsigned level, VirtualAddress begin, VirtualAddress end, PageVisitor& visitor)
{
    const u64 reach = small_page << level * page_table_index_bits;
    Entries& entries = entries_of(table);
    for (VirtualAddress next; begin < end; begin = next) {
        next = std::min(end, {::kernel::align_down(begin.value, reach) + reach});
        u64& entry = entries[index_at(begin, level)];
        if (entry == 0)
            continue;
        if (level != 0) {
            visit_pages(table_of(entry), level - 1, begin, next, visitor);
            continue;
        }
        const auto flags = visitor.visit(begin, {table_of(entry), flags_of(entry)});
        const u64 wanted = flags ? table_of(entry).value | bits_of(*flags) : 0;
        if (entry != wanted) // writes to tables are what costs where KVM shadows them
            entry = wanted;
    }
}

/// Frees `table`, of the given level, and the tables below it.
void free_tables(PhysicalAddress table, unsigned level)
{
    for (unsigned index = 0; level != 0 && index < 512; ++index)
        if (const u64 entry = entries_of(table)[index]; (entry & page_present) != 0)
            free_tables(table_of(entry), level - 1);
    kernel::mm::free_page(table);
}

void prepare_kernel_half()
{
    Entries& root = entries_of({kernel::boot_info().page_tables});
    for (const unsigned slot : kernel_slots) {
        constexpr u64 sign_extension = ~0ULL << 48;
        if (!child_table(root[slot], {sign_extension | u64{slot} << 39}, top_level))
            kernel::panic("no memory for the kernel's page tables");
    }
}

/// The kernel half is the same in all roots.
void share_kernel_half(PhysicalAddress root)
{
    const Entries& shared = entries_of({kernel::boot_info().page_tables});
    for (const unsigned slot : kernel_slots)
        entries_of(root)[slot] = shared[slot];
}

/// The page table that has the entry of `address`, made when there is none.
kernel::Result<PhysicalAddress> page_table(PhysicalAddress root, VirtualAddress address)
{
    PhysicalAddress table = root;
    for (unsigned level = top_level; level != 0; --level)
        table = TRY(child_table(entries_of(table)[index_at(address, level)], address, level));
    return table;
}

kernel::Result<void> map_page(PhysicalAddress root, VirtualAddress address, PhysicalAddress physical, PageFlags flags)
{
    const PhysicalAddress table = TRY(page_table(root, address));
    entries_of(table)[index_at(address, 0)] = physical.value | bits_of(flags);
    return {};
}

BOOT_STEP(page_tables, NEEDS("pages"), PROVIDES("page_tables"), prepare_kernel_half);

} // namespace

u64 PageTables::kernel_table_count() { return __atomic_load_n(&kernel_tables, __ATOMIC_RELAXED); }

PageTables& PageTables::kernel()
{
    // Never destroyed, and nobody would be there to do so.
    alignas(PageTables) static std::byte storage[sizeof(PageTables)];
    static auto* const tables = new (storage) PageTables{PhysicalAddress{::kernel::boot_info().page_tables}};
    return *tables;
}

kernel::Result<PageTables> PageTables::create()
{
    const PhysicalAddress root = TRY(::kernel::mm::alloc_page(::kernel::mm::Contents::zeroed));
    PageTables tables{root};
    share_kernel_half(root);
    if (kernel_in_ring3) {
        tables.user_root_ = TRY(::kernel::mm::alloc_page(::kernel::mm::Contents::zeroed));
        entries_of(tables.user_root_)[slot_of(entry_area)] = ring3::user_entry_tables();
    }
    return tables;
}

PageTables::PageTables(PageTables&& other) noexcept
    : root_{std::exchange(other.root_, PhysicalAddress{0})},
      user_root_{std::exchange(other.user_root_, PhysicalAddress{0})}
{}

PageTables::~PageTables()
{
    if (root_.value == 0)
        return;
    for (unsigned slot = 0; slot < user_slots; ++slot)
        if (const u64 entry = entries_of(root_)[slot]; (entry & page_present) != 0)
            free_tables(table_of(entry), top_level - 1);
    ::kernel::mm::free_page(root_);
    if (user_root_.value != 0)
        ::kernel::mm::free_page(user_root_);
}

kernel::Result<void> PageTables::map(VirtualAddress address, PhysicalAddress physical, PageFlags flags)
{
    TRY(map_page(root_, address, physical, flags));
    show_to_user(address);
    return {};
}

void PageTables::map_absent(VirtualAddress address, std::span<PhysicalAddress> pages, PageFlags flags)
{
    const u64 bits = bits_of(flags);
    for (std::size_t done = 0; done < pages.size();) {
        const auto table = page_table(root_, address);
        if (!table)
            return;
        show_to_user(address);
        Entries& entries = entries_of(table.value());
        for (unsigned index = index_at(address, 0); index < 512 && done < pages.size(); ++index, ++done) {
            address = address + small_page;
            if (entries[index] == 0)
                entries[index] = std::exchange(pages[done], {}).value | bits;
        }
    }
}

/// The user root has the same user half, from its highest tables on down.
void PageTables::show_to_user(VirtualAddress address)
{
    if (user_root_.value == 0)
        return;
    // Seldom: what is written to a root is trapped where KVM shadows page tables.
    const unsigned slot = index_at(address, top_level);
    if (u64& entry = entries_of(user_root_)[slot]; entry == 0)
        entry = entries_of(root_)[slot];
}

kernel::Result<void> make_start_root(PhysicalAddress root, PhysicalAddress code)
{
    share_kernel_half(root);
    return map_page(root, {code.value}, code, {.execute = true});
}

void PageTables::unmap(VirtualAddress address)
{
    unsigned level;
    u64* const entry = find_leaf(root_, address, level);
    if (entry == nullptr || *entry == 0)
        return;
    *entry = 0;
    forget_page(address);
}

std::optional<Mapping> PageTables::lookup(VirtualAddress address) const
{
    unsigned level;
    const u64* const entry = find_leaf(root_, address, level);
    if (entry == nullptr || *entry == 0)
        return std::nullopt;
    const u64 offset_mask = (small_page << level * page_table_index_bits) - 1;
    const u64 frame = *entry & page_address_mask & ~offset_mask;
    return Mapping{{frame | (address.page().value & offset_mask)}, flags_of(*entry)};
}

void PageTables::visit(VirtualAddress begin, VirtualAddress end, PageVisitor& visitor)
{
    visit_pages(root_, top_level, begin, end, visitor);
}

void PageTables::activate() const
{
    if (kernel_in_ring3) {
        PerCpu& cpu = this_cpu();
        cpu.kernel_side.kernel_root = root_.value;
        cpu.kernel_side.user_root = user_root_.value;
        cpu.user_side.root_or_rax = root_.value;
    }
    write_cr3(root_.value);
}

u64 loaded_root() { return kernel_in_ring3 ? this_cpu().kernel_side.kernel_root : read_cr3(); }
void reload_root() { write_cr3(loaded_root()); }

kernel::Result<VirtualAddress> map_device(PhysicalAddress base, u64 size)
{
    const PhysicalAddress first{::kernel::align_down(base.value, ::kernel::page_size)};
    for (PhysicalAddress page = first; page < base + size; page = page + ::kernel::page_size) {
        const VirtualAddress address{page.value + direct_map_base};
        if (!PageTables::kernel().lookup(address))
            TRY(PageTables::kernel().map(address, page, {.write = true, .uncached = true}));
    }
    return VirtualAddress{base.value + direct_map_base};
}

} // namespace arch
