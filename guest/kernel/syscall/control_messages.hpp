#pragma once

#include "kernel/net/socket.hpp"
#include "kernel/syscall/arguments.hpp"
#include "kernel/syscall/types.hpp"

/// What goes with a message beside its bytes: cmsg(3).
namespace kernel::syscall {

/// Of sendmsg(2): files, and who the sender says it is. EINVAL, EBADF, EPERM, EFAULT, ENOMEM.
Result<void> read_control(u64 address, u64 size, net::OutMessage& message);

/// Of recvmsg(2): what has come, as far as there is room; the rest is dropped, and message_control_truncated set. How
/// many bytes.
Result<u64> write_control(u64 address, u64 room, net::InMessage& message, bool with_credentials);

} // namespace kernel::syscall
