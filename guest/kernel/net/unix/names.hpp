#pragma once

#include "kernel/net/unix/socket.hpp"

/// The abstract addresses of Unix sockets. Each type has its own.
namespace kernel::net::unix_names {

/// EADDRINUSE.
Result<void> add(UnixSocket& socket, std::string_view name);
void remove(UnixSocket& socket);
/// Null when there is none.
Ref<UnixSocket> find(SocketType type, std::string_view name);

} // namespace kernel::net::unix_names
