// What Unix sockets send each other.
#include "kernel/ipc/broken_pipe.hpp"
#include "kernel/net/unix/socket.hpp"

#include <algorithm>
#include <utility>

namespace kernel::net {
namespace {

constexpr Wait interruptibly{.state = TaskState::interruptible};

} // namespace

bool UnixSocket::has_room(const State& state)
{
    return state.bytes < most_bytes && state.packet_count < most_datagrams;
}

/// A peer that does not read any more.
Errno UnixSocket::broken(const OutMessage& message) const
{
    if (type() == SocketType::datagram)
        return Errno::econnrefused;
    return (message.flags & message_no_signal) != 0 ? Errno::epipe : ipc::broken_pipe();
}

/// Into this socket's queue.
UnixSocket::Put UnixSocket::put(Box<UnixPacket>& packet, UnixSocket* sender)
{
    const Put result = state_.with([&](State& state) {
        if (state.status == Status::closed)
            return Put::gone;
        if (state.reading_over)
            return type() == SocketType::datagram ? Put::refused : Put::gone;
        if (!is_connection() && state.peer && state.peer.get() != sender)
            return Put::refused; // it hears only whom it is connected to
        if (!has_room(state))
            return Put::full;
        state.bytes += packet->size;
        ++state.packet_count;
        state.packets.push_back(*packet.release());
        return Put::done;
    });
    if (result == Put::done)
        waiting_.wake_up_all(fs::poll::readable);
    return result;
}

Result<void> UnixSocket::deliver(UnixSocket& target, Box<UnixPacket> packet, const OutMessage& message,
                                 bool nonblocking)
{
    for (;;) {
        if (state_.with([](const State& state) { return state.writing_over; }))
            return (message.flags & message_no_signal) != 0 ? Errno::epipe : ipc::broken_pipe();
        switch (target.put(packet, this)) {
        case Put::done: return {};
        case Put::gone: return broken(message);
        case Put::refused: return is_connection() ? broken(message) : Errno::eperm;
        case Put::full: break;
        }
        if (nonblocking)
            return Errno::eagain;
        const auto may_go_on = [&] {
            return target.state_.with([](const State& state) { return state.reading_over || has_room(state); }) ||
                   state_.with([](const State& state) { return state.writing_over; });
        };
        if (target.room_.wait(interruptibly, may_go_on) == WaitEnd::interrupted)
            return Errno::erestartsys;
    }
}

Result<Ref<UnixSocket>> UnixSocket::target_of(const OutMessage& message)
{
    if (message.to != nullptr && message.to->size != 0) {
        if (is_connection())
            return peer() ? Errno::eisconn : Errno::eopnotsupp;
        return find(*message.to);
    }
    auto target = peer();
    if (target)
        return target;
    const bool was_connected = state_.with([](const State& state) { return state.status == Status::connected; });
    if (was_connected && is_connection())
        return (message.flags & message_no_signal) != 0 ? Errno::epipe : ipc::broken_pipe();
    return Errno::enotconn;
}

Result<u64> UnixSocket::send(OutMessage& message, bool nonblocking)
{
    if ((message.flags & message_out_of_band) != 0)
        return Errno::eopnotsupp;
    nonblocking |= (message.flags & message_dont_wait) != 0;
    const auto target = TRY(target_of(message));
    return has_boundaries() ? send_packet(*target, message, nonblocking) : send_stream(*target, message, nonblocking);
}

Result<u64> UnixSocket::send_packet(UnixSocket& target, OutMessage& message, bool nonblocking)
{
    if (message.size > UnixPacket::most)
        return Errno::emsgsize;
    auto packet = TRY(UnixPacket::make(message.data, 0, message.size));
    packet->from = name();
    if (packet->from.size == sizeof(u16))
        packet->from.size = 0; // without a name there is nothing to tell
    packet->files = message.files;
    packet->sender = message.sender;
    TRY(deliver(target, std::move(packet), message, nonblocking));
    return message.size;
}

Result<u64> UnixSocket::send_stream(UnixSocket& target, OutMessage& message, bool nonblocking)
{
    u64 done = 0;
    while (done < message.size) {
        const u64 part = std::min(message.size - done, UnixPacket::stream_piece);
        auto packet = UnixPacket::make(message.data, done, part);
        if (!packet)
            return done != 0 ? Result<u64>{done} : packet.error();
        packet.value()->sender = message.sender;
        packet.value()->files = std::exchange(message.files, {});
        const auto delivered = deliver(target, packet.release(), message, nonblocking);
        if (!delivered)
            return done != 0 ? Result<u64>{done} : delivered.error();
        done += part;
    }
    return done;
}

UnixPacket* UnixSocket::first_packet()
{
    return state_.with([](State& state) { return state.packets.empty() ? nullptr : &state.packets.front(); });
}

/// The reader's turn: it alone takes packets.
void UnixSocket::consume(UnixPacket& packet, u64 count)
{
    Box<UnixPacket> gone;
    const auto other = state_.with([&](State& state) {
        if (state.status == Status::closed)
            return Ref<UnixSocket>{};
        packet.begin += count;
        state.bytes -= count;
        if (packet.begin == packet.size) {
            state.packets.pop_front();
            --state.packet_count;
            gone = Box<UnixPacket>{&packet};
        }
        return state.peer;
    });
    if (room_.has_waiters())
        room_.wake_up_all();
    if (other)
        other->waiting_.wake_up_all(fs::poll::writable);
}

/// The first packet, or what fits of it. 0, and `stop` not set: there is none.
Result<u64> UnixSocket::take(InMessage& message, u64 at, bool& stop)
{
    UnixPacket* const packet = first_packet();
    if (packet == nullptr)
        return u64{0};
    const bool peek = (message.flags & message_peek) != 0;
    const u64 part = std::min<u64>(message.size - at, packet->rest().size());
    TRY(message.data.put(at, packet->rest().first(part)));
    message.sender = packet->sender;
    message.from = packet->from;
    if (packet->files)
        message.files = peek ? packet->files : std::exchange(packet->files, {});
    const bool whole = part == packet->rest().size();
    stop = has_boundaries() || peek || message.files;
    const u64 size = packet->size;
    if (has_boundaries() && !whole)
        message.result_flags |= message_truncated;
    if (!peek)
        consume(*packet, has_boundaries() ? size : part);
    return has_boundaries() && (message.flags & message_truncated) != 0 ? size : part;
}

Result<void> UnixSocket::wait_for_packet(bool nonblocking, bool& over)
{
    over = false;
    const auto [error, ended] = state_.with([](State& state) {
        return std::pair{std::exchange(state.error, 0), state.reading_over};
    });
    if (error != 0)
        return static_cast<Errno>(error);
    if (ended) {
        over = true;
        return {};
    }
    if (nonblocking)
        return Errno::eagain;
    const auto has_one = [&] {
        return state_.with([](const State& state) { return state.reading_over || !state.packets.empty(); });
    };
    return waiting_.wait(interruptibly, has_one) == WaitEnd::interrupted ? Result<void>{Errno::erestartsys}
                                                                         : Result<void>{};
}

Result<u64> UnixSocket::receive(InMessage& message, bool nonblocking)
{
    if ((message.flags & message_out_of_band) != 0)
        return Errno::eopnotsupp;
    nonblocking |= (message.flags & message_dont_wait) != 0;
    const Status status = state_.with([](const State& state) { return state.status; });
    if (is_connection() && status != Status::connected)
        return type() == SocketType::stream ? Errno::einval : Errno::enotconn;
    if (!has_boundaries() && message.size == 0)
        return u64{0};
    u64 done = 0;
    for (;;) {
        bool stop = false;
        bool found = false;
        const auto part = reading_.with([&](int) -> Result<u64> {
            u64 taken = 0;
            do {
                found |= first_packet() != nullptr;
                const u64 more = TRY(take(message, done + taken, stop));
                taken += more;
                if (more == 0)
                    break;
            } while (!stop && done + taken < message.size);
            return taken;
        });
        if (!part)
            return done != 0 ? Result<u64>{done} : part.error();
        done += part.value();
        const bool wants_all = type() == SocketType::stream && (message.flags & message_wait_all) != 0;
        if (stop || (found && (!wants_all || done == message.size)))
            return done;
        bool over = false;
        const auto waited = wait_for_packet(nonblocking, over);
        if (!waited)
            return done != 0 ? Result<u64>{done} : waited.error();
        if (over && first_packet() == nullptr)
            return done;
    }
}

} // namespace kernel::net
