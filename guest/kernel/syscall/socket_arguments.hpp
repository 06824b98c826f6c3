#pragma once

#include "kernel/net/socket.hpp"
#include "kernel/syscall/arguments.hpp"

namespace kernel::syscall {

/// ENOTSOCK.
Result<net::SocketFile*> socket_of(const Ref<fs::File>& file);
/// A socket's address from a program. EINVAL, EFAULT.
Result<net::Address> read_address(u64 user, u32 size);
/// To a program: as much as it has room for, by `size`, which then is how long it really is.
Result<void> write_address(UserBytes user, UserBytes size, const net::Address& address);

} // namespace kernel::syscall
