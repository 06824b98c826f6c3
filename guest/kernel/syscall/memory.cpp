#include "abi/layout.hpp"
#include "kernel/proc/process.hpp"
#include "kernel/syscall/descriptors.hpp"
#include "kernel/syscall/syscalls.hpp"

namespace kernel::syscall {
namespace {

/// mmap(2)'s protection and flags (asm-generic/mman-common.h).
enum ProtectionBit : u32 { protect_read = 1, protect_write = 2, protect_execute = 4 };
enum MapFlag : u32 {
    map_shared = 0x01,
    map_private = 0x02,
    map_shared_validate = 0x03,
    map_type = 0x0f,
    map_fixed = 0x10,
    map_anonymous_flag = 0x20,
    map_grows_down = 0x100,
    map_deny_write = 0x800,
    map_executable = 0x1000,
    map_no_reserve = 0x4000,
    map_populate = 0x8000,
    map_stack = 0x2'0000,
    map_fixed_no_replace = 0x10'0000,
};
/// What changes nothing that a program can see: hints, and flags that Linux ignores.
constexpr u32 ignored_flags = map_deny_write | map_executable | map_no_reserve | map_populate | map_stack;
constexpr u32 known_flags = map_type | map_fixed | map_anonymous_flag | map_fixed_no_replace | ignored_flags;

/// madvise(2)'s advice.
enum class Advice : u32 { normal = 0, random = 1, sequential = 2, will_need = 3, dont_need = 4, free = 8 };

mm::AddressSpace& space() { return Process::current().address_space(); }

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

/// What MAP_SHARED, MAP_PRIVATE or MAP_SHARED_VALIDATE asks for.
Result<bool> is_shared(u32 flags)
{
    switch (flags & map_type) {
    case map_private: return false;
    case map_shared: return true;
    case map_shared_validate:
        if ((flags & ~known_flags) != 0)
            return Errno::eopnotsupp;
        return true;
    default: return Errno::einval;
    }
}

Result<VirtualAddress> map_anonymous(u64 address, u64 size, mm::Protection protection, u32 flags)
{
    if (TRY(is_shared(flags)))
        return space().map_shared_memory({address}, size, protection, placement_of(flags));
    return space().map_anonymous({address}, size, protection, placement_of(flags));
}

Result<VirtualAddress> map_file(u64 address, u64 size, mm::Protection protection, u32 flags, Descriptor descriptor,
                                u64 offset)
{
    const auto file = TRY(file_of(descriptor));
    const bool shared = TRY(is_shared(flags));
    if (!file->mode().read)
        return Errno::eacces;
    mm::Sharing sharing = mm::Sharing::copied;
    if (shared)
        sharing = file->mode().write ? mm::Sharing::shared : mm::Sharing::shared_read_only;
    return space().map_file({address}, size, protection, placement_of(flags), TRY(file->mmap_source()), offset,
                            sharing);
}

} // namespace

SyscallResult sys_mmap(u64 address, u64 size, u32 protection_bits, u32 flags, Descriptor file, u64 offset)
{
    const auto protection = TRY(protection_of(protection_bits));
    if (size == 0 || offset % page_size != 0)
        return Errno::einval;
    if (offset + size < offset)
        return Errno::eoverflow;
    const auto mapped = (flags & map_anonymous_flag) != 0 ? map_anonymous(address, size, protection, flags)
                                                          : map_file(address, size, protection, flags, file, offset);
    if (!mapped)
        return mapped.error();
    return static_cast<i64>(mapped.value().value);
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
    const auto wanted = TRY(protection_of(protection));
    if (address % page_size != 0)
        return Errno::einval;
    if (size != 0)
        TRY(space().protect({address}, size, wanted));
    return 0;
}

SyscallResult sys_brk(u64 address) { return static_cast<i64>(space().set_break({address}).value); }

SyscallResult sys_madvise(u64 address, u64 size, u32 advice)
{
    if (address % page_size != 0)
        return Errno::einval;
    switch (static_cast<Advice>(advice)) {
    case Advice::normal:
    case Advice::random:
    case Advice::sequential:
    case Advice::will_need: return 0; // advice need not be taken
    case Advice::dont_need:
    case Advice::free: // may take the pages at once
        if (size != 0)
            TRY(space().discard({address}, size));
        return 0;
    }
    return Errno::einval;
}

} // namespace kernel::syscall
