#include "kernel/proc/clone.hpp"
#include "arch/context.hpp"
#include "kernel/proc/process_table.hpp"
#include "kernel/syscall/syscalls.hpp"

#include <algorithm>

namespace kernel::syscall {
namespace {

using proc::CloneRequest;

constexpr u64 exit_signal_mask = 0xff; ///< CSIGNAL, in clone(2)'s flags

SyscallResult make_child(const CloneRequest& request) { return TRY(proc::clone(request)); }

Result<Signal> exit_signal_of(u64 number)
{
    if (number > signal::signal_count)
        return Errno::einval;
    return static_cast<Signal>(number);
}

} // namespace

SyscallResult sys_clone(u64 flags, u64 stack, u64 parent_tid, u64 child_tid, u64 tls)
{
    return make_child({
        .flags = flags & 0xffff'ffff & ~exit_signal_mask, .exit_signal = TRY(exit_signal_of(flags & exit_signal_mask))
        , .stack = stack, .tls = tls, .parent_tid = parent_tid, .child_tid = child_tid
    });
}

SyscallResult sys_fork() { return make_child({.exit_signal = Signal::child}); }

SyscallResult sys_vfork()
{
    return make_child({.flags = proc::clone_vfork | proc::clone_memory, .exit_signal = Signal::child});
}

SyscallResult sys_clone3(UserBytes arguments, u64 size)
{
    if (size > page_size)
        return Errno::e2big;
    if (size < CloneArguments::first_size)
        return Errno::einval;
    CloneArguments request{};
    TRY(arguments.read(std::as_writable_bytes(std::span{&request, 1}).first(std::min(size, sizeof request))));
    for (u64 at = sizeof request; at < size; ++at) { // what this kernel does not know must not be asked for
        std::byte unknown{};
        TRY(UserBytes{arguments.address + at}.read(std::span{&unknown, 1}));
        if (unknown != std::byte{})
            return Errno::e2big;
    }
    const u64 flags = request.flags;
    const bool has_stack = request.stack != 0;
    if ((flags & (exit_signal_mask | proc::clone_detached)) != 0 || has_stack != (request.stack_size != 0))
        return Errno::einval;
    if ((flags & (proc::clone_thread | proc::clone_parent)) != 0 && request.exit_signal != 0)
        return Errno::einval;
    if (request.set_tid != 0 || request.set_tid_size != 0)
        return Errno::einval; // PIDs of the caller's choice
    return make_child({
        .flags = flags, .exit_signal = TRY(exit_signal_of(request.exit_signal))
        , .stack = has_stack ? request.stack + request.stack_size : 0, .tls = request.tls,
          .parent_tid = request.parent_tid, .child_tid = request.child_tid
    });
}

SyscallResult sys_exit(u32 status) { proc::exit_thread(static_cast<u8>(status)); }
SyscallResult sys_exit_group(u32 status) { proc::exit_process(static_cast<u8>(status)); }

SyscallResult sys_set_tid_address(u64 address)
{
    proc::Thread& thread = proc::Thread::current();
    thread.clear_child_tid = address;
    return thread.tid;
}

} // namespace kernel::syscall
