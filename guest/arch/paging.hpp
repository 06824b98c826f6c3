#pragma once

#include "abi/layout.hpp"
#include "lib/result.hpp"
#include "lib/types.hpp"

#include <optional>
#include <span>

namespace arch {

struct PageFlags {
    bool write = false;
    bool execute = false;
    bool user = false;
    bool uncached = false;
    bool accessible = true; ///< false: the page is remembered, but every access faults, the kernel's own too
};

#ifdef VITRINE_GUEST
inline constexpr u64 direct_map_offset = vitrine::abi::direct_map_base;
#else
extern u64 direct_map_offset; ///< where the unit tests have the guest's RAM
#endif

/// All of RAM, at a fixed place: a pointer to guest-physical memory and back.
template <typename T = void>
T* direct_map(kernel::PhysicalAddress address)
{
    return reinterpret_cast<T*>(address.value + direct_map_offset);
}
inline kernel::PhysicalAddress physical_of_direct(const void* pointer)
{
    return {reinterpret_cast<u64>(pointer) - direct_map_offset};
}

struct Mapping {
    kernel::PhysicalAddress physical;
    PageFlags flags;
};

/// Says how a mapped page is to be mapped from now on; nothing: not at all. See PageTables::visit.
class PageVisitor {
public:
    virtual std::optional<PageFlags> visit(kernel::VirtualAddress address, const Mapping& mapping) = 0;

protected:
    ~PageVisitor() = default;
};

/// One set of page tables: a user half of its own and the kernel half that all share. Not locked: its address space is.
/// Pages for tables come from kernel::mm.
class PageTables {
public:
    static kernel::Result<PageTables> create();
    /// The kernel's own, with an empty user half. Kernel-half changes through it are seen by all.
    static PageTables& kernel();
    /// Tables of the kernel half that were made since boot: they stay.
    static u64 kernel_table_count();

    PageTables(PageTables&& other) noexcept;
    PageTables& operator=(PageTables&&) = delete;
    /// Frees the user half's tables (not the pages they map).
    ~PageTables();

    /// 4 KiB page; replaces what was there without flushing.
    kernel::Result<void> map(kernel::VirtualAddress address, kernel::PhysicalAddress physical, PageFlags flags);
    /// Maps one page after the other from `address` on, where nothing is mapped yet; the addresses of those that it
    /// mapped become 0. Without memory for a table it leaves some out.
    void map_absent(kernel::VirtualAddress address, std::span<kernel::PhysicalAddress> pages, PageFlags flags);
    /// Nothing mapped: does nothing. Flushes on this CPU.
    void unmap(kernel::VirtualAddress address);
    std::optional<Mapping> lookup(kernel::VirtualAddress address) const;
    /// Has `visitor` decide on each 4 KiB page mapped in [begin, end), in order. Takes time by what is mapped, not by
    /// the size of the range. Flushes nothing.
    void visit(kernel::VirtualAddress begin, kernel::VirtualAddress end, PageVisitor& visitor);

    void activate() const;

private:
    explicit PageTables(kernel::PhysicalAddress root, kernel::PhysicalAddress user_root = {0})
        : root_{root}, user_root_{user_root}
    {}
    void show_to_user(kernel::VirtualAddress address);

    kernel::PhysicalAddress root_;
    /// The kernel in ring 3: what is loaded while user code runs, the same user half without the kernel. 0: none.
    kernel::PhysicalAddress user_root_;
};

/// A device's registers, uncached; they stay mapped. May be called again for the same. Boot steps only: not locked.
kernel::Result<kernel::VirtualAddress> map_device(kernel::PhysicalAddress base, u64 size);

/// Makes every CPU forget its translations of [address, address + size), and returns when they have. Interrupts may be
/// masked, but no lock may be held that other CPUs spin on with theirs masked: they would not answer.
void flush_tlb(kernel::VirtualAddress address, u64 size);

} // namespace arch
