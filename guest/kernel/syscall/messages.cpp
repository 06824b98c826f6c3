// send(2), recv(2) and their families.
#include "kernel/syscall/control_messages.hpp"
#include "kernel/syscall/descriptors.hpp"
#include "kernel/syscall/io_vectors.hpp"
#include "kernel/syscall/socket_arguments.hpp"
#include "kernel/syscall/syscalls.hpp"

namespace kernel::syscall {
namespace {

constexpr u64 max_transfer = 0x7fff'f000; ///< MAX_RW_COUNT

SyscallResult send_message(net::SocketFile& socket, u64 user, u32 flags)
{
    const auto header = TRY(UserIn<MessageHeader>{user}.read());
    IoVectors data;
    TRY(data.read({header.vectors}, header.vector_count));
    net::OutMessage message{.data = data, .size = data.size(), .flags = flags, .sender = net::own_credentials()};
    net::Address to;
    if (header.name != 0 && header.name_size != 0) {
        to = TRY(read_address(header.name, header.name_size));
        message.to = &to;
    }
    if (header.control != 0 && header.control_size != 0)
        TRY(read_control(header.control, header.control_size, message));
    return static_cast<i64>(TRY(socket.socket().send(message, socket.is_nonblocking())));
}

SyscallResult receive_message(net::SocketFile& socket, u64 user, u32 flags)
{
    const auto header = TRY(UserIn<MessageHeader>{user}.read());
    IoVectors room;
    TRY(room.read({header.vectors}, header.vector_count));
    net::InMessage message{.data = room, .size = room.size(), .flags = flags};
    const u64 done = TRY(socket.socket().receive(message, socket.is_nonblocking()));

    const auto size_field = [&](u64 offset) { return UserBytes{user + offset}; };
    const UserBytes name_size = size_field(offsetof(MessageHeader, name_size));
    if (header.name != 0 && message.from.size != 0)
        TRY(write_address({header.name}, name_size, message.from));
    else
        TRY(UserOut<u32>{name_size.address}.write(0));
    const bool with_credentials = socket.socket().passes_credentials.load(Order::relaxed);
    const u64 control = TRY(write_control(header.control, header.control_size, message, with_credentials));
    TRY(UserOut<u64>{user + offsetof(MessageHeader, control_size)}.write(control));
    const u32 told = message.result_flags | (flags & net::message_close_on_exec);
    TRY(UserOut<u32>{user + offsetof(MessageHeader, flags)}.write(told));
    return static_cast<i64>(done);
}

/// One message after the other until one fails; how many, unless it was the first.
template <typename Function>
SyscallResult for_each_message(UserBytes messages, u32 count, Function&& function)
{
    const u32 most = std::min<u32>(count, IoVectors::most);
    u32 done = 0;
    for (; done < most; ++done) {
        const u64 user = messages.address + done * sizeof(ManyMessages);
        const auto moved = function(user);
        if (!moved && done == 0)
            return moved.error();
        if (!moved)
            break;
        TRY(UserOut<u32>{user + offsetof(ManyMessages, moved)}.write(static_cast<u32>(moved.value())));
    }
    return done;
}

} // namespace

SyscallResult sys_sendto(Descriptor descriptor, UserBytes buffer, u64 size, u32 flags, UserBytes address,
                         u32 address_size)
{
    const auto file = TRY(file_of(descriptor));
    auto* const socket = TRY(socket_of(file));
    TRY(buffer.check(size));
    UserSource data{buffer.address};
    net::OutMessage message{
        .data = data, .size = std::min(size, max_transfer), .flags = flags, .sender = net::own_credentials()};
    net::Address to;
    if (!address.is_null()) {
        to = TRY(read_address(address.address, address_size));
        message.to = &to;
    }
    return static_cast<i64>(TRY(socket->socket().send(message, file->is_nonblocking())));
}

SyscallResult sys_recvfrom(Descriptor descriptor, UserBytes buffer, u64 size, u32 flags, UserBytes address,
                           UserBytes address_size)
{
    const auto file = TRY(file_of(descriptor));
    auto* const socket = TRY(socket_of(file));
    TRY(buffer.check(size));
    UserSink data{buffer.address};
    net::InMessage message{.data = data, .size = std::min(size, max_transfer), .flags = flags};
    const u64 done = TRY(socket->socket().receive(message, file->is_nonblocking()));
    if (!address.is_null())
        TRY(write_address(address, address_size, message.from));
    return static_cast<i64>(done);
}

SyscallResult sys_sendmsg(Descriptor descriptor, UserBytes message, u32 flags)
{
    const auto file = TRY(file_of(descriptor));
    return send_message(*TRY(socket_of(file)), message.address, flags);
}

SyscallResult sys_recvmsg(Descriptor descriptor, UserBytes message, u32 flags)
{
    const auto file = TRY(file_of(descriptor));
    return receive_message(*TRY(socket_of(file)), message.address, flags);
}

SyscallResult sys_sendmmsg(Descriptor descriptor, UserBytes messages, u32 count, u32 flags)
{
    const auto file = TRY(file_of(descriptor));
    auto* const socket = TRY(socket_of(file));
    return for_each_message(messages, count, [&](u64 user) { return send_message(*socket, user, flags); });
}

SyscallResult sys_recvmmsg(Descriptor descriptor, UserBytes messages, u32 count, u32 flags, UserIn<TimeSpec> timeout)
{
    constexpr u32 wait_for_one = 0x10000; // MSG_WAITFORONE
    const auto file = TRY(file_of(descriptor));
    auto* const socket = TRY(socket_of(file));
    if (!timeout.is_null())
        TRY(timeout.read());
    u32 how = flags & ~wait_for_one;
    return for_each_message(messages, count, [&](u64 user) {
        auto moved = receive_message(*socket, user, how);
        if ((flags & wait_for_one) != 0)
            how |= net::message_dont_wait;
        return moved;
    });
}

} // namespace kernel::syscall
