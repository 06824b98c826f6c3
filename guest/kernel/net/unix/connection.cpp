// How Unix sockets get to know each other.
#include "kernel/net/unix/socket.hpp"

#include <algorithm>
#include <utility>

namespace kernel::net {
namespace {

constexpr u32 most_backlog = 4096; ///< net.core.somaxconn
constexpr Wait interruptibly{.state = TaskState::interruptible};

} // namespace

Result<void> UnixSocket::listen(u32 backlog)
{
    if (!is_connection())
        return Errno::eopnotsupp;
    const PeerCredentials own = own_credentials();
    return state_.with([&](State& state) -> Result<void> {
        if (!state.bound || (state.status != Status::unconnected && state.status != Status::listening))
            return Errno::einval;
        state.status = Status::listening;
        state.backlog = std::min(backlog, most_backlog);
        state.peer_credentials = own; // of who connects: they see who listened
        return {};
    });
}

Result<void> UnixSocket::connect(const Address& address, bool nonblocking)
{
    if (address.family() == Family::unspecified && !is_connection()) { // forgets the peer
        const auto forgotten = state_.with([](State& state) {
            state.status = Status::unconnected;
            return std::exchange(state.peer, {});
        });
        return {};
    }
    const auto target = TRY(find(address));
    return is_connection() ? connect_stream(target, address, nonblocking) : connect_datagram(target, address);
}

Result<void> UnixSocket::connect_datagram(const Ref<UnixSocket>& target, const Address& address)
{
    const auto before = state_.with([&](State& state) {
        state.status = Status::connected;
        state.peer_address = address;
        return std::exchange(state.peer, target);
    });
    return {};
}

Result<void> UnixSocket::connect_stream(const Ref<UnixSocket>& target, const Address& address, bool nonblocking)
{
    if (state_.with([](const State& state) { return state.status; }) != Status::unconnected)
        return is_listening() ? Errno::einval : Errno::eisconn;
    const PeerCredentials own = own_credentials();
    auto entry = TRY(make_box<Pending>());
    entry->socket = TRY(make_ref<UnixSocket>(type()));
    UnixSocket& server = *entry->socket;
    const Address own_name = name();
    server.state_.with([&](State& state) {
        server.bound_ = address;
        state.status = Status::connected;
        state.peer = Ref<UnixSocket>::share(this);
        state.peer_address = own_name;
        state.peer_credentials = own;
    });
    const Ref<UnixSocket> far = entry->socket;
    const auto give_up = [&](Errno error) { // nobody will ever hear of the other end
        const auto forgotten = far->state_.with([](State& state) { return std::exchange(state.peer, {}); });
        return error;
    };
    for (;;) {
        PeerCredentials listener{};
        bool full = false;
        const auto queued = target->state_.with([&](State& state) -> Result<void> {
            if (state.status != Status::listening)
                return Errno::econnrefused;
            full = state.pending_count > state.backlog;
            if (full)
                return Errno::eagain;
            listener = state.peer_credentials;
            state.pending.push_back(*entry.release());
            ++state.pending_count;
            return {};
        });
        if (queued) {
            const bool mine = state_.with([&](State& state) {
                if (state.status != Status::unconnected)
                    return false;
                state.status = Status::connected;
                state.peer = far;
                state.peer_address = address;
                state.peer_credentials = listener;
                return true;
            });
            target->waiting_.wake_up_all(fs::poll::readable);
            if (!mine)
                far->peer_is_gone(0);
            return mine ? Result<void>{} : Errno::eisconn;
        }
        if (!full || nonblocking)
            return give_up(queued.error());
        const auto may_go_on = [&] {
            return target->state_.with([](const State& state) {
                return state.status != Status::listening || state.pending_count <= state.backlog;
            });
        };
        if (target->room_.wait(interruptibly, may_go_on) == WaitEnd::interrupted)
            return give_up(Errno::erestartsys);
    }
}

Result<Ref<Socket>> UnixSocket::accept(bool nonblocking)
{
    for (;;) {
        const auto entry = TRY(state_.with([&](State& state) -> Result<Box<Pending>> {
            if (!is_connection())
                return Errno::eopnotsupp;
            if (state.status != Status::listening)
                return Errno::einval;
            if (state.pending.empty())
                return Box<Pending>{};
            Box<Pending> first{&state.pending.front()};
            state.pending.pop_front();
            --state.pending_count;
            return first;
        }));
        if (entry) {
            room_.wake_up_all();
            return Ref<Socket>{entry->socket};
        }
        if (nonblocking)
            return Errno::eagain;
        const auto has_one = [&] {
            return state_.with(
                [](const State& state) { return state.status != Status::listening || !state.pending.empty(); });
        };
        if (waiting_.wait(interruptibly, has_one) == WaitEnd::interrupted)
            return Errno::erestartsys;
    }
}

} // namespace kernel::net
