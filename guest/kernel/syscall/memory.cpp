#include "abi/layout.hpp"
#include "kernel/proc/process.hpp"
#include "kernel/syscall/descriptors.hpp"
#include "kernel/syscall/memory_calls.hpp"
#include "kernel/syscall/syscalls.hpp"

#include <algorithm>

namespace kernel::syscall {
namespace {

/// mmap(2)'s protection and flags (asm-generic/mman-common.h).
enum ProtectionBit : u32 {
    protect_read = 1,
    protect_write = 2,
    protect_execute = 4,
    protect_grows_down = 0x100'0000,
};
enum MapFlag : u32 {
    map_shared = 0x01,
    map_private = 0x02,
    map_shared_validate = 0x03,
    map_type = 0x0f,
    map_fixed = 0x10,
    map_without_file = 0x20,
    map_grows_down = 0x100,
    map_deny_write = 0x800,
    map_executable = 0x1000,
    map_locked = 0x2000,
    map_no_reserve = 0x4000,
    map_populate = 0x8000,
    map_non_block = 0x1'0000,
    map_stack = 0x2'0000,
    map_huge_tlb = 0x4'0000,
    map_fixed_no_replace = 0x10'0000,
};
/// What MAP_SHARED_VALIDATE accepts: Linux's LEGACY_MAP_MASK.
constexpr u32 validated_flags = map_type | map_fixed | map_without_file | map_grows_down | map_deny_write |
                                map_executable | map_locked | map_no_reserve | map_populate | map_non_block | map_stack;

Result<mm::Protection> protection_of(u32 bits)
{
    if ((bits & ~(protect_read | protect_write | protect_execute)) != 0)
        return Errno::einval;
    return mm::Protection{(bits & protect_read) != 0, (bits & protect_write) != 0, (bits & protect_execute) != 0};
}

mm::Placement placement_of(u32 flags)
{
    if ((flags & map_fixed_no_replace) != 0)
        return mm::Placement::fixed_if_unused;
    return (flags & map_fixed) != 0 ? mm::Placement::fixed : mm::Placement::anywhere;
}

Result<bool> is_shared(u32 flags)
{
    switch (flags & map_type) {
    case map_private: return false;
    case map_shared: return true;
    case map_shared_validate:
        if ((flags & ~validated_flags) != 0)
            return Errno::eopnotsupp;
        return true;
    default: return Errno::einval;
    }
}

struct Request {
    VirtualAddress where;
    u64 size;
    mm::Protection protection;
    u32 flags;
    Descriptor file;
    u64 offset;
};

Result<VirtualAddress> map_without(const Request& request)
{
    const mm::Placement placement = placement_of(request.flags);
    if ((request.flags & map_huge_tlb) != 0)
        return Errno::enomem; // there are no pages set aside
    if (TRY(is_shared(request.flags))) {
        if ((request.flags & map_grows_down) != 0)
            return Errno::einval;
        return space().map_shared_memory(request.where, request.size, request.protection, placement);
    }
    if ((request.flags & map_grows_down) != 0)
        return space().map_growing_down(request.where, request.size, request.protection, placement,
                                        soft_limit(Resource::stack));
    return space().map_anonymous(request.where, request.size, request.protection, placement);
}

Result<VirtualAddress> map_file(const Request& request)
{
    const auto file = TRY(file_of(request.file));
    const bool shared = TRY(is_shared(request.flags));
    if (!file->mode().read)
        return Errno::eacces;
    if ((request.flags & map_huge_tlb) != 0 || (request.flags & map_grows_down) != 0)
        return Errno::einval;
    mm::Sharing sharing = mm::Sharing::copied;
    if (shared)
        sharing = file->mode().write ? mm::Sharing::shared : mm::Sharing::shared_read_only;
    return space().map_file(request.where, request.size, request.protection, placement_of(request.flags),
                            TRY(file->mmap_source()), request.offset, sharing);
}

} // namespace

mm::AddressSpace& space() { return Process::current().address_space(); }

/// What the mappings may come to. Looked at before, so two threads may come to a little more.
Result<void> check_room_for(u64 size)
{
    const u64 limit = soft_limit(Resource::address_space);
    if (limit == unlimited)
        return {};
    const u64 mapped = space().memory_use().mapped * page_size;
    if (size > limit || mapped > limit - size)
        return Errno::enomem;
    return {};
}

SyscallResult sys_mmap(u64 address, u64 size, u32 protection_bits, u32 flags, Descriptor file, u64 offset)
{
    if (offset % page_size != 0)
        return Errno::einval;
    constexpr u32 known = protect_read | protect_write | protect_execute;
    const Request request
    {
        {address}, size, TRY(protection_of(protection_bits & known))
        , flags, file, offset
    };
    if ((flags & map_without_file) == 0)
        TRY(file_of(file));
    if (size == 0)
        return Errno::einval;
    if (offset + size < offset)
        return Errno::eoverflow;
    TRY(check_room_for(size));
    const VirtualAddress mapped = TRY((flags & map_without_file) != 0 ? map_without(request) : map_file(request));
    if ((flags & map_locked) != 0)
        static_cast<void>(space().set_locked(mapped, size, true));
    if ((flags & (map_populate | map_locked)) != 0 && (flags & map_non_block) == 0)
        static_cast<void>(space().populate(mapped, size, mm::Populate::as_allowed)); // the pages come later then
    return static_cast<i64>(mapped.value);
}

SyscallResult sys_munmap(u64 address, u64 size)
{
    if (size == 0 || address > vitrine::abi::user_end || size > vitrine::abi::user_end - address)
        return Errno::einval;
    TRY(space().unmap({address}, size));
    return 0;
}

SyscallResult sys_mprotect(u64 address, u64 size, u32 protection)
{
    const bool grows_down = (protection & protect_grows_down) != 0;
    if (address % page_size != 0)
        return Errno::einval;
    if (size == 0)
        return 0;
    if (align_up(size, page_size) + address <= address)
        return Errno::enomem;
    const auto wanted = TRY(protection_of(protection & ~protect_grows_down));
    if (grows_down) {
        const u64 begin = TRY(space().beginning_of_stack({address}))
        .value;
        size += address - begin;
        address = begin;
    }
    TRY(space().protect({address}, size, wanted));
    return 0;
}

SyscallResult sys_brk(u64 address)
{
    return static_cast<i64>(
        space().set_break({address}, std::min(soft_limit(Resource::data), soft_limit(Resource::address_space))).value);
}

SyscallResult sys_mremap(u64 address, u64 old_size, u64 new_size, u32 flags, u64 new_address)
{
    enum : u32 { may_move = 1, fixed = 2, keep_old = 4 };
    if ((flags & ~(may_move | fixed | keep_old)) != 0)
        return Errno::einval;
    if ((flags & (fixed | keep_old)) != 0 && (flags & may_move) == 0)
        return Errno::einval;
    if (new_size > old_size)
        TRY(check_room_for(new_size - old_size));
    mm::Remapping wanted{.from = {address},
                         .old_size = old_size,
                         .new_size = new_size,
                         .may_move = (flags & may_move) != 0,
                         .keep_old = (flags & keep_old) != 0};
    if ((flags & fixed) != 0)
        wanted.to = VirtualAddress{new_address};
    return static_cast<i64>(TRY(space().remap(wanted)).value);
}

} // namespace kernel::syscall
