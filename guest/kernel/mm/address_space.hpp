#pragma once

#include "arch/paging.hpp"
#include "arch/trap_frame.hpp"
#include "arch/user_half.hpp"
#include "kernel/mm/mappings.hpp"
#include "kernel/mm/memory_use.hpp"
#include "kernel/mm/page_source.hpp"
#include "kernel/mm/protection.hpp"
#include "kernel/sync/mutex.hpp"
#include "lib/locked.hpp"
#include "lib/ref.hpp"
#include "lib/result.hpp"
#include "lib/types.hpp"

namespace kernel::mm {

enum class Placement {
    anywhere,        ///< at the address given if that is free, else where there is room
    fixed,           ///< there, in place of what is mapped there (MAP_FIXED)
    fixed_if_unused, ///< there, or EEXIST (MAP_FIXED_NOREPLACE)
};

/// What becomes of writes to a mapping of a file.
enum class Sharing {
    copied,           ///< each process has its own copy of the pages that it writes to (MAP_PRIVATE)
    shared,           ///< they go to the file, and all see them (MAP_SHARED)
    shared_read_only, ///< there will be none: the file is not open for writing
};

/// How a page fault ended. What is not served is a signal; the names in parentheses are its siginfo's (sigaction(2)).
enum class FaultOutcome {
    served,        ///< the access may be tried again
    not_mapped,    ///< nothing is mapped there (SIGSEGV, SEGV_MAPERR)
    not_allowed,   ///< the mapping's protection forbids it (SIGSEGV, SEGV_ACCERR)
    no_content,    ///< behind the end of the mapped file, or it cannot be read (SIGBUS, BUS_ADRERR)
    out_of_memory, ///< there is no memory for the page
};

/// The lowest address that can be mapped (Linux's vm.mmap_min_addr): null pointers lead nowhere.
inline constexpr VirtualAddress lowest_mapping{0x1'0000};
/// What stays free below a stack as it grows (Linux's stack_guard_gap).
inline constexpr u64 stack_gap = 256 * page_size;

/// The user half of a process's address space: its mappings (VMAs) and their page tables. Pages come when they are
/// touched. All sizes are rounded up to pages; addresses that are not a multiple of the page size, or sizes that do not
/// fit the user half, give EINVAL or ENOMEM as in mmap(2). Locks itself; operations may sleep.
class AddressSpace final : public RefCounted {
public:
    static Result<Ref<AddressSpace>> create();
    /// fork(2)'s: the same mappings, with the same pages. Private ones are copied by whoever writes to them first; no
    /// CPU can write to them any more when this returns. ENOMEM.
    Result<Ref<AddressSpace>> duplicate();
    ~AddressSpace() override;

    /// Zeroed, private memory.
    Result<VirtualAddress> map_anonymous(VirtualAddress where, u64 size, Protection protection, Placement placement);
    /// The same that grows down when the page below is touched, up to `limit` bytes (MAP_GROWSDOWN).
    Result<VirtualAddress> map_growing_down(VirtualAddress where, u64 size, Protection protection, Placement placement,
                                            u64 limit);
    /// Zeroed memory that duplicates share.
    Result<VirtualAddress> map_shared_memory(VirtualAddress where, u64 size, Protection protection,
                                             Placement placement);
    /// A mapping of a file's pages from `offset`, a multiple of the page size. ENODEV when it is to be shared and the
    /// source's pages cannot be.
    Result<VirtualAddress> map_file(VirtualAddress where, u64 size, Protection protection, Placement placement,
                                    Ref<PageSource> source, u64 offset, Sharing sharing = Sharing::copied);
    /// Room for a stack that grows down from the returned address, up to `limit` bytes, with a guard below.
    Result<VirtualAddress> map_stack(u64 limit);
    /// What is not mapped is no error.
    Result<void> unmap(VirtualAddress address, u64 size);
    /// ENOMEM when a part is not mapped, EACCES when it may never be written.
    Result<void> protect(VirtualAddress address, u64 size, Protection protection);
    /// Gives the pages back; the next touch finds zeros, or the file's content (MADV_DONTNEED). ENOMEM as above.
    Result<void> discard(VirtualAddress address, u64 size);

    /// mremap(2): the new address.
    Result<VirtualAddress> remap(const Remapping& wanted);
    /// Of a multiple of the page size, as the range of the following. ENOMEM when a part is not mapped, what madvise(2)
    /// says for mappings that the advice is not for.
    Result<void> advise(VirtualAddress address, u64 size, Advice advice);
    /// Brings pages in. ENOMEM, EFAULT where the protection does not allow it; as far as it came then.
    Result<void> populate(VirtualAddress address, u64 size, Populate how);
    void populate_all();
    /// Whether each page from `address` on is in memory, 1, or not, 0. ENOMEM when one is not mapped.
    Result<void> residence(VirtualAddress address, std::span<u8> pages);
    /// mlock(2), without bringing pages in. ENOMEM.
    Result<void> set_locked(VirtualAddress address, u64 size, bool locked);
    Result<void> set_all_locked(bool locked);
    void lock_new_mappings(bool lock);
    bool has_locked(VirtualAddress address, u64 size);
    /// Where the mapping of `address` begins, which grows down. ENOMEM, EINVAL.
    Result<VirtualAddress> beginning_of_stack(VirtualAddress address);
    MemoryUse memory_use();

    /// brk(2): the heap begins at `start` (rounded up to a page).
    void set_heap_start(VirtualAddress start);
    /// Moves the end of the heap, which may have up to `limit` bytes; where it ends now, moved or not.
    VirtualAddress set_break(VirtualAddress end, u64 limit = ~u64{0});

    /// For the source: takes its pages at [begin, end) out of the mappings.
    void drop_source_pages(const PageSource& source, u64 begin, u64 end);

    /// May be asked again for a fault that was not served: the answer is the same, or has become better.
    FaultOutcome handle_fault(const arch::PageFault& fault);

    /// Makes this the user half that the CPU sees. Interrupts masked.
    void activate() { arch::load_user_half(half_); }

    /// For create().
    explicit AddressSpace(arch::PageTables tables) : tables_{std::move(tables)} {}

private:
    struct State {
        explicit State(AddressSpace* owner) : mappings{owner} {}

        Mappings mappings;
        VirtualAddress search_end{vitrine::abi::user_end}; ///< mappings without an address go below this
        VirtualAddress heap_start{};
        VirtualAddress heap_end{}; ///< the break; the heap is mapped up to the next multiple of the page size
        bool lock_new = false;     ///< mlockall(MCL_FUTURE)
    };

    Result<VirtualAddress> map(VirtualAddress where, u64 size, Placement placement, MappingKind kind,
                               u64 growth_limit = 0);
    Result<void> unmap(State& state, const AddressRange& range, RemovedAreas& removed);
    bool grow_heap(State& state, const AddressRange& added);
    void release_pages(const AddressRange& range);
    static Result<void> check_remapping(const VirtualMemoryArea& area, const AddressRange& old);
    Result<VirtualAddress> remap_to(State& state, AddressRange old, u64 new_size, const Remapping& wanted,
                                    RemovedAreas& removed);
    static Result<bool> grow_in_place(State& state, const VirtualMemoryArea& area, const AddressRange& old,
                                      u64 new_size);
    Result<VirtualAddress> move(State& state, const AddressRange& old, const AddressRange& target, bool keep_old,
                                RemovedAreas& removed);
    Result<void> check_mapped(VirtualAddress address, u64 size);
    Result<void> discard_advised(VirtualAddress address, u64 size, Advice advice);
    bool is_resident(const VirtualMemoryArea& area, VirtualAddress page);
    template <typename Change>
    Result<void> change_kinds(VirtualAddress address, u64 size, Change change);
    Result<void> duplicate_into(const State& state, AddressSpace& copy);

    static VirtualMemoryArea* area_for(State& state, VirtualAddress address);
    Result<void> bring_in(const VirtualMemoryArea& area, VirtualAddress page, bool write);
    Result<void> map_new(const VirtualMemoryArea& area, VirtualAddress page, PhysicalAddress physical);
    Result<void> map_zeros(const VirtualMemoryArea& area, VirtualAddress page);
    Result<void> map_source_page(const VirtualMemoryArea& area, VirtualAddress page, bool write);
    void map_ahead(const VirtualMemoryArea& area, VirtualAddress page);
    Result<void> make_writable(const VirtualMemoryArea& area, VirtualAddress page, const arch::Mapping& mapping);

    Locked<State, Mutex> state_{this};
    /// Changed with `state_` locked. Outside of it, for activate() cannot sleep and only looks at the root.
    arch::PageTables tables_;
    arch::UserHalf half_{tables_};
};

} // namespace kernel::mm
