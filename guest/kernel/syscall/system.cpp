#include "arch/processor.hpp"
#include "kernel/sched/schedule.hpp"
#include "kernel/syscall/syscalls.hpp"

#include <algorithm>

namespace kernel::syscall {
namespace {

constexpr u32 getrandom_nonblocking = 1;
constexpr u32 getrandom_random = 2;
constexpr u32 getrandom_insecure = 4;

/// A processor's generator runs dry when many draw on it, and fills up again: waits for that, but not for ever.
std::optional<u64> wait_for_random()
{
    constexpr unsigned patience = 100;
    for (unsigned attempt = 0; attempt < patience; ++attempt) {
        if (const auto word = arch::hardware_random())
            return word;
        sched::yield();
    }
    return std::nullopt;
}

} // namespace

/// Straight from the processor. Where that gives nothing there is no source fit for keys: EAGAIN.
SyscallResult sys_getrandom(UserOutBytes buffer, u64 size, u32 flags)
{
    if ((flags & ~(getrandom_nonblocking | getrandom_random | getrandom_insecure)) != 0)
        return Errno::einval;
    constexpr u64 most = 0x1ff'ffff; // as many as one call gives
    const u64 wanted = std::min(size, most);
    TRY(buffer.check(wanted));
    UserBytes next = buffer;
    for (u64 rest = wanted; rest != 0;) {
        const auto word = (flags & getrandom_nonblocking) != 0 ? arch::hardware_random() : wait_for_random();
        if (!word)
            return rest == wanted ? SyscallResult{Errno::eagain} : static_cast<i64>(wanted - rest);
        const u64 part = std::min<u64>(rest, sizeof *word);
        const auto written = next.write(std::as_bytes(std::span{&*word, 1}).first(part));
        if (!written)
            return written.error();
        next.address += part;
        rest -= part;
    }
    return static_cast<i64>(wanted);
}

} // namespace kernel::syscall
