// socket(2) and what is done with sockets but messages.
#include "kernel/net/unix/socket.hpp"
#include "kernel/syscall/descriptors.hpp"
#include "kernel/syscall/socket_arguments.hpp"
#include "kernel/syscall/syscalls.hpp"

#include <algorithm>

namespace kernel::syscall {
namespace {

constexpr u32 type_mask = 0xf; ///< SOCK_TYPE_MASK
constexpr u32 file_flags = fs::open_nonblocking | fs::open_close_on_exec;
constexpr u32 socket_level = 1; ///< SOL_SOCKET

/// SO_ options (asm-generic/socket.h).
enum class Option : u32 {
    reuse_address = 2,
    type = 3,
    error = 4,
    broadcast = 6,
    send_buffer = 7,
    receive_buffer = 8,
    keep_alive = 9,
    linger = 13,
    pass_credentials = 16,
    peer_credentials = 17,
    accepts_connections = 30,
    protocol = 38,
    domain = 39,
};

Result<Ref<net::Socket>> new_socket(u32 domain, u32 type, u32 protocol)
{
    if (static_cast<net::Family>(domain) != net::Family::local)
        return Errno::eafnosupport;
    if (protocol > 1)
        return Errno::eprotonosupport;
    switch (static_cast<net::SocketType>(type & type_mask)) {
    case net::SocketType::stream:
    case net::SocketType::datagram:
    case net::SocketType::sequenced: break;
    default: return Errno::esocktnosupport;
    }
    return net::UnixSocket::create(static_cast<net::SocketType>(type & type_mask));
}

Result<u32> option_value(net::Socket& socket, Option option)
{
    constexpr u32 buffer_size = 212'992; // net.core.rmem_default
    switch (option) {
    case Option::type: return static_cast<u32>(socket.type());
    case Option::error: return socket.take_error();
    case Option::domain: return static_cast<u32>(socket.family());
    case Option::protocol: return 0U;
    case Option::accepts_connections: return socket.is_listening() ? 1U : 0U;
    case Option::pass_credentials: return socket.passes_credentials.load(Order::relaxed) ? 1U : 0U;
    case Option::send_buffer:
    case Option::receive_buffer: return buffer_size;
    case Option::reuse_address:
    case Option::broadcast:
    case Option::keep_alive: return 0U;
    default: return Errno::enoprotoopt;
    }
}

Result<void> write_option(UserBytes value, UserBytes size, std::span<const std::byte> bytes)
{
    const UserIn<i32> room_in{size.address};
    const i32 room = TRY(room_in.read());
    if (room < 0)
        return Errno::einval;
    const u32 told = std::min(static_cast<u32>(room), static_cast<u32>(bytes.size()));
    TRY(value.write(bytes.first(told)));
    return UserOut<u32>{size.address}.write(told);
}

} // namespace

Result<net::SocketFile*> socket_of(const Ref<fs::File>& file)
{
    auto* const socket = fs::file_cast<net::SocketFile>(*file);
    if (socket == nullptr)
        return Errno::enotsock;
    return socket;
}

Result<net::Address> read_address(u64 user, u32 size)
{
    net::Address address;
    if (size > net::Address::most || size < sizeof(u16))
        return Errno::einval;
    TRY(arch::copy_from_user(std::as_writable_bytes(std::span{address.bytes, size}), {user}));
    address.size = size;
    return address;
}

Result<void> write_address(UserBytes user, UserBytes size, const net::Address& address)
{
    const i32 room = TRY(UserIn<i32>{size.address}.read());
    if (room < 0)
        return Errno::einval;
    const u32 told = std::min(static_cast<u32>(room), address.size);
    TRY(user.write(std::as_bytes(std::span{address.bytes, told})));
    return UserOut<u32>{size.address}.write(address.size);
}

SyscallResult sys_socket(u32 domain, u32 type, u32 protocol)
{
    if ((type & ~(type_mask | file_flags)) != 0)
        return Errno::einval;
    auto socket = TRY(new_socket(domain, type, protocol));
    auto file = TRY(net::make_socket_file(std::move(socket), type & fs::open_nonblocking));
    return install(std::move(file), (type & fs::open_close_on_exec) != 0);
}

SyscallResult sys_socketpair(u32 domain, u32 type, u32 protocol, UserOut<DescriptorPair> ends)
{
    if ((type & ~(type_mask | file_flags)) != 0)
        return Errno::einval;
    const auto first = TRY(new_socket(domain, type, protocol));
    const auto second = TRY(new_socket(domain, type, protocol));
    net::UnixSocket::join(static_cast<net::UnixSocket&>(*first), static_cast<net::UnixSocket&>(*second));
    const u32 flags = type & fs::open_nonblocking;
    auto first_file = TRY(net::make_socket_file(first, flags));
    auto second_file = TRY(net::make_socket_file(second, flags));
    return install_pair(std::move(first_file), std::move(second_file), (type & fs::open_close_on_exec) != 0, ends);
}

SyscallResult sys_bind(Descriptor descriptor, UserBytes address, u32 size)
{
    const auto file = TRY(file_of(descriptor));
    auto* const socket = TRY(socket_of(file));
    const net::Address name = TRY(read_address(address.address, size));
    if (name.family() != socket->socket().family())
        return Errno::einval;
    TRY(socket->socket().bind(name));
    return 0;
}

SyscallResult sys_connect(Descriptor descriptor, UserBytes address, u32 size)
{
    const auto file = TRY(file_of(descriptor));
    auto* const socket = TRY(socket_of(file));
    TRY(socket->socket().connect(TRY(read_address(address.address, size)), file->is_nonblocking()));
    return 0;
}

SyscallResult sys_listen(Descriptor descriptor, i32 backlog)
{
    const auto file = TRY(file_of(descriptor));
    TRY(TRY(socket_of(file))->socket().listen(static_cast<u32>(backlog)));
    return 0;
}

SyscallResult sys_accept4(Descriptor descriptor, UserBytes address, UserBytes size, u32 flags)
{
    if ((flags & ~file_flags) != 0)
        return Errno::einval;
    const auto file = TRY(file_of(descriptor));
    auto accepted = TRY(TRY(socket_of(file))->socket().accept(file->is_nonblocking()));
    auto fresh = TRY(net::make_socket_file(accepted, flags & fs::open_nonblocking));
    if (!address.is_null()) {
        const auto peer = accepted->peer_name();
        if (!peer)
            return Errno::econnaborted;
        TRY(write_address(address, size, peer.value()));
    }
    return install(std::move(fresh), (flags & fs::open_close_on_exec) != 0);
}

SyscallResult sys_accept(Descriptor descriptor, UserBytes address, UserBytes size)
{
    return sys_accept4(descriptor, address, size, 0);
}

SyscallResult sys_shutdown(Descriptor descriptor, u32 how)
{
    const auto file = TRY(file_of(descriptor));
    TRY(TRY(socket_of(file))->socket().shutdown(static_cast<net::Shutdown>(how)));
    return 0;
}

SyscallResult sys_getsockname(Descriptor descriptor, UserBytes address, UserBytes size)
{
    const auto file = TRY(file_of(descriptor));
    TRY(write_address(address, size, TRY(socket_of(file))->socket().name()));
    return 0;
}

SyscallResult sys_getpeername(Descriptor descriptor, UserBytes address, UserBytes size)
{
    const auto file = TRY(file_of(descriptor));
    TRY(write_address(address, size, TRY(TRY(socket_of(file))->socket().peer_name())));
    return 0;
}

SyscallResult sys_getsockopt(Descriptor descriptor, u32 level, u32 option, UserBytes value, UserBytes size)
{
    const auto file = TRY(file_of(descriptor));
    net::Socket& socket = TRY(socket_of(file))
    ->socket();
    if (level != socket_level)
        return Errno::eopnotsupp;
    if (static_cast<Option>(option) == Option::peer_credentials) {
        const net::PeerCredentials peer = socket.peer_credentials();
        TRY(write_option(value, size, std::as_bytes(std::span{&peer, 1})));
        return 0;
    }
    const u32 result = TRY(option_value(socket, static_cast<Option>(option)));
    TRY(write_option(value, size, std::as_bytes(std::span{&result, 1})));
    return 0;
}

SyscallResult sys_setsockopt(Descriptor descriptor, u32 level, u32 option, UserBytes value, i32 size)
{
    const auto file = TRY(file_of(descriptor));
    net::Socket& socket = TRY(socket_of(file))
    ->socket();
    if (level != socket_level)
        return Errno::eopnotsupp;
    if (size < static_cast<i32>(sizeof(u32)))
        return Errno::einval;
    const u32 wanted = TRY(UserIn<u32>{value.address}.read());
    if (static_cast<Option>(option) != Option::pass_credentials)
        return Errno::enoprotoopt;
    socket.passes_credentials.store(wanted != 0, Order::relaxed);
    return 0;
}

} // namespace kernel::syscall
