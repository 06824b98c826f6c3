// Names, state and the end of Unix sockets.
#include "kernel/net/unix/socket.hpp"

#include "kernel/net/unix/names.hpp"

#include <utility>

namespace kernel::net {
namespace {

constexpr u32 family_size = sizeof(u16);

/// Not one of the file system's: those begin with a byte that is not 0.
bool is_abstract(const Address& address) { return address.size > family_size && address.bytes[family_size] == '\0'; }

Address unnamed()
{
    Address address;
    address.size = family_size;
    const u16 family = static_cast<u16>(Family::local);
    __builtin_memcpy(address.bytes, &family, sizeof family);
    return address;
}

/// An abstract address for a socket that wants any: five hexadecimal digits (unix(7), autobind).
Address any_address()
{
    static Atomic<u32> last;
    constexpr char digits[] = "0123456789abcdef";
    constexpr u32 digit_count = 5;
    Address address = unnamed();
    const u32 number = last.add_fetch(1, Order::relaxed);
    address.bytes[address.size++] = '\0';
    for (u32 i = 0; i < digit_count; ++i)
        address.bytes[address.size++] = digits[number >> 4 * (digit_count - 1 - i) & 15U];
    return address;
}

} // namespace

Result<Ref<Socket>> UnixSocket::create(SocketType type)
{
    auto socket = TRY(make_ref<UnixSocket>(type));
    socket->bound_ = unnamed();
    return Ref<Socket>{std::move(socket)};
}

UnixSocket::~UnixSocket() { close(); }

void UnixSocket::join(UnixSocket& first, UnixSocket& second)
{
    const PeerCredentials own = own_credentials();
    const auto connect_to = [&](UnixSocket& socket, UnixSocket& other) {
        socket.state_.with([&](State& state) {
            state.peer = Ref<UnixSocket>::share(&other);
            state.peer_address = unnamed();
            state.peer_credentials = own;
            state.status = Status::connected;
        });
    };
    connect_to(first, second);
    connect_to(second, first);
}

Result<void> UnixSocket::bind(const Address& address)
{
    if (address.size > family_size && !is_abstract(address))
        return Errno::eopnotsupp;
    const bool any = address.size == family_size;
    const Address name = any ? any_address() : address;
    const bool first = state_.with([&](State& state) {
        if (state.bound || state.status == Status::closed)
            return false;
        bound_ = name;
        return state.bound = true;
    });
    if (!first)
        return any ? Result<void>{} : Errno::einval;
    const auto added = unix_names::add(*this, {bound_.bytes, bound_.size});
    if (!added)
        state_.with([&](State& state) {
            state.bound = false;
            bound_ = unnamed();
        });
    return added;
}

Result<Ref<UnixSocket>> UnixSocket::find(const Address& address) const
{
    if (address.size <= family_size)
        return Errno::einval;
    if (address.family() != Family::local)
        return Errno::einval;
    if (!is_abstract(address))
        return Errno::enoent;
    auto found = unix_names::find(type(), {address.bytes, address.size});
    if (!found)
        return Errno::econnrefused;
    return found;
}

Ref<UnixSocket> UnixSocket::peer()
{
    return state_.with([](const State& state) { return state.peer; });
}

Address UnixSocket::name()
{
    return state_.with([&](const State&) { return bound_; });
}

Result<Address> UnixSocket::peer_name()
{
    return state_.with([](const State& state) -> Result<Address> {
        if (state.status != Status::connected)
            return Errno::enotconn;
        return state.peer_address;
    });
}

PeerCredentials UnixSocket::peer_credentials()
{
    return state_.with([](const State& state) {
        constexpr PeerCredentials nobody{0, ~0U, ~0U};
        return state.status == Status::unconnected ? nobody : state.peer_credentials;
    });
}

bool UnixSocket::is_listening()
{
    return state_.with([](const State& state) { return state.status == Status::listening; });
}

u32 UnixSocket::take_error()
{
    return state_.with([](State& state) { return std::exchange(state.error, 0); });
}

u64 UnixSocket::bytes_to_read()
{
    return state_.with([&](const State& state) {
        if (type() == SocketType::stream || state.packets.empty())
            return state.bytes;
        return state.packets.front().size;
    });
}

Result<void> UnixSocket::shutdown(Shutdown how)
{
    if (how > Shutdown::both)
        return Errno::einval;
    const bool reading = how != Shutdown::writing;
    const bool writing = how != Shutdown::reading;
    const auto other = state_.with([&](State& state) {
        state.reading_over |= reading;
        state.writing_over |= writing;
        return state.peer;
    });
    waiting_.wake_up_all();
    room_.wake_up_all();
    if (!other || !is_connection())
        return {};
    other->state_.with([&](State& state) {
        state.reading_over |= writing;
        state.writing_over |= reading;
    });
    other->waiting_.wake_up_all();
    return {};
}

/// The other end has been closed.
void UnixSocket::peer_is_gone(u32 error)
{
    const auto gone = state_.with([&](State& state) {
        state.reading_over = true;
        state.writing_over = true;
        if (error != 0)
            state.error = error;
        return std::exchange(state.peer, {});
    });
    waiting_.wake_up_all();
    room_.wake_up_all();
}

void UnixSocket::close()
{
    UnixPackets packets;
    List<Pending, &Pending::hook> pending;
    bool was_bound = false;
    Ref<UnixSocket> other = state_.with([&](State& state) {
        if (state.status == Status::closed)
            return Ref<UnixSocket>{};
        state.status = Status::closed;
        state.reading_over = true;
        state.writing_over = true;
        was_bound = std::exchange(state.bound, false);
        packets.swap(state.packets);
        pending.swap(state.pending);
        return std::exchange(state.peer, {});
    });
    if (was_bound)
        unix_names::remove(*this);
    const u32 error = packets.empty() ? 0 : static_cast<u32>(Errno::econnreset);
    if (other && is_connection())
        other->peer_is_gone(error);
    packets.clear_and_dispose([](UnixPacket* packet) { const Box<UnixPacket> gone{packet}; });
    pending.clear_and_dispose([](Pending* entry) {
        const Box<Pending> gone{entry};
        if (const auto waiting = gone->socket->peer())
            waiting->peer_is_gone(static_cast<u32>(Errno::econnreset));
        gone->socket->close();
    });
    waiting_.wake_up_all();
    room_.wake_up_all();
}

fs::PollEvents UnixSocket::poll(fs::PollTable* table)
{
    namespace events = fs::poll;
    if (table != nullptr)
        table->wait_on(waiting_);
    Ref<UnixSocket> other;
    fs::PollEvents found = state_.with([&](const State& state) {
        fs::PollEvents now;
        other = state.peer;
        if (!state.packets.empty() || !state.pending.empty())
            now |= events::readable;
        if (state.error != 0)
            now |= events::err;
        if (state.reading_over)
            now |= events::readable | events::rdhup;
        if ((state.reading_over && state.writing_over) || (is_connection() && state.status == Status::unconnected))
            now |= events::hup;
        if (state.status != Status::listening && !state.peer)
            now |= events::writable | events::wrband;
        return now;
    });
    if (other && other->state_.with([](const State& state) { return has_room(state); }))
        found |= events::writable | events::wrband;
    return found;
}

} // namespace kernel::net
