// What programs say and ask about memory that is mapped.
#include "abi/layout.hpp"
#include "kernel/proc/credentials.hpp"
#include "kernel/proc/limits.hpp"
#include "kernel/syscall/memory_calls.hpp"
#include "kernel/syscall/syscalls.hpp"

#include <algorithm>
#include <array>

namespace kernel::syscall {
namespace {

/// madvise(2)'s advice (asm-generic/mman-common.h).
enum class UserAdvice : u32 {
    normal = 0,
    random = 1,
    sequential = 2,
    will_need = 3,
    do_not_need = 4,
    free = 8,
    do_not_fork = 10,
    do_fork = 11,
    do_not_dump = 16,
    do_dump = 17,
    wipe_on_fork = 18,
    keep_on_fork = 19,
    cold = 20,
    page_out = 21,
    populate_read = 22,
    populate_write = 23,
};

/// What need not be taken is none: hints, and what concerns core files, of which there are none.
Result<mm::Advice> advice_of(u32 advice)
{
    switch (static_cast<UserAdvice>(advice)) {
    case UserAdvice::normal:
    case UserAdvice::random:
    case UserAdvice::sequential:
    case UserAdvice::will_need:
    case UserAdvice::do_not_dump:
    case UserAdvice::do_dump:
    case UserAdvice::cold:
    case UserAdvice::page_out: return mm::Advice::none;
    case UserAdvice::do_not_need: return mm::Advice::discard;
    case UserAdvice::free: return mm::Advice::free;
    case UserAdvice::do_not_fork: return mm::Advice::do_not_fork;
    case UserAdvice::do_fork: return mm::Advice::do_fork;
    case UserAdvice::wipe_on_fork: return mm::Advice::wipe_on_fork;
    case UserAdvice::keep_on_fork: return mm::Advice::keep_on_fork;
    case UserAdvice::populate_read: return mm::Advice::populate_read;
    case UserAdvice::populate_write: return mm::Advice::populate_write;
    }
    return Errno::einval;
}

/// The pages that [address, address + size) has a part in. EINVAL when the address is inside of one, or the end is
/// beyond what there is.
Result<u64> whole_pages(u64 address, u64 size)
{
    if (address % page_size != 0)
        return Errno::einval;
    const u64 rounded = align_up(size, page_size);
    if (rounded < size || address + rounded < address)
        return Errno::einval;
    return rounded;
}

/// The range with the whole first page in it, as mlock(2) takes it.
struct PageRange {
    u64 begin;
    u64 size;
};
PageRange pages_around(u64 address, u64 size)
{
    const u64 begin = align_down(address, page_size);
    return {begin, align_up(size + (address - begin), page_size)};
}

/// EPERM when nothing may be locked, ENOMEM when it would be too much.
Result<void> may_lock(u64 size)
{
    const u64 limit = soft_limit(Resource::locked_memory);
    if (limit == unlimited || capable(Capability::ipc_lock))
        return {};
    if (limit == 0)
        return Errno::eperm;
    if (space().memory_use().locked * page_size + size > limit)
        return Errno::enomem;
    return {};
}

SyscallResult lock(u64 address, u64 size, bool on_fault)
{
    const auto [begin, rounded] = pages_around(address, size);
    TRY(may_lock(rounded));
    if (begin + rounded < begin)
        return Errno::einval;
    if (rounded == 0)
        return 0;
    TRY(space().set_locked({begin}, rounded, true));
    if (!on_fault && !space().populate({begin}, rounded, mm::Populate::as_allowed))
        return Errno::enomem;
    return 0;
}

} // namespace

SyscallResult sys_madvise(u64 address, u64 size, u32 advice)
{
    const mm::Advice taken = TRY(advice_of(advice));
    const u64 rounded = TRY(whole_pages(address, size));
    if (rounded == 0)
        return 0;
    TRY(space().advise({address}, rounded, taken));
    return 0;
}

SyscallResult sys_mincore(u64 address, u64 size, UserOutBytes residence)
{
    if (address % page_size != 0)
        return Errno::einval;
    if (!arch::is_user_range({address}, size))
        return Errno::enomem;
    const u64 pages = align_up(size, page_size) / page_size;
    TRY(residence.check(pages));
    std::array<u8, 256> room;
    for (u64 done = 0; done < pages; done += room.size()) {
        const auto part = std::span{room}.first(std::min<u64>(room.size(), pages - done));
        TRY(space().residence({address + done * page_size}, part));
        TRY(arch::copy_to_user({residence.address + done}, std::as_bytes(part)));
    }
    return 0;
}

/// What is shared is the file's own pages, and files in memory have nowhere to be written to.
SyscallResult sys_msync(u64 address, u64 size, u32 flags)
{
    enum : u32 { asynchronous = 1, invalidate = 2, synchronous = 4 };
    if ((flags & ~(asynchronous | invalidate | synchronous)) != 0 || address % page_size != 0)
        return Errno::einval;
    if ((flags & asynchronous) != 0 && (flags & synchronous) != 0)
        return Errno::einval;
    const u64 rounded = align_up(size, page_size);
    if (address + rounded < address)
        return Errno::enomem;
    if (rounded == 0)
        return 0;
    if ((flags & invalidate) != 0 && space().has_locked({address}, rounded))
        return Errno::ebusy;
    TRY(space().advise({address}, rounded, mm::Advice::none)); // ENOMEM where nothing is mapped
    return 0;
}

SyscallResult sys_mlock(u64 address, u64 size) { return lock(address, size, false); }

SyscallResult sys_mlock2(u64 address, u64 size, u32 flags)
{
    constexpr u32 on_fault = 1;
    if ((flags & ~on_fault) != 0)
        return Errno::einval;
    return lock(address, size, (flags & on_fault) != 0);
}

SyscallResult sys_munlock(u64 address, u64 size)
{
    const auto [begin, rounded] = pages_around(address, size);
    if (begin + rounded < begin)
        return Errno::einval;
    if (rounded != 0)
        TRY(space().set_locked({begin}, rounded, false));
    return 0;
}

SyscallResult sys_mlockall(u32 flags)
{
    enum : u32 { current = 1, future = 2, on_fault = 4 };
    if (flags == 0 || flags == on_fault || (flags & ~(current | future | on_fault)) != 0)
        return Errno::einval;
    TRY(may_lock((flags & current) != 0 ? space().memory_use().mapped * page_size : 0));
    space().lock_new_mappings((flags & future) != 0);
    if ((flags & current) != 0)
        TRY(space().set_all_locked(true));
    if ((flags & current) != 0 && (flags & on_fault) == 0)
        space().populate_all();
    return 0;
}

SyscallResult sys_munlockall()
{
    space().lock_new_mappings(false);
    TRY(space().set_all_locked(false));
    return 0;
}

} // namespace kernel::syscall
