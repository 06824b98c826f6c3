#pragma once

#include "kernel/net/unix/packet.hpp"
#include "kernel/sync/mutex.hpp"

#include <string_view>

namespace kernel::net {

/// unix(7): sockets between processes of one machine.
///
/// A message goes straight into the queue of the socket that is to read it. A socket knows its peer by reference; the
/// ring of the two is broken when either's file is closed. No two sockets are locked at a time.
///
/// Lock order: names -> a socket's state. The state is a spin lock: nothing is copied to or from users, and no file is
/// let go of, under it. Readers take turns by a mutex, under which they copy.
class UnixSocket final : public Socket {
public:
    explicit UnixSocket(SocketType type) : Socket{type} {}
    ~UnixSocket() override;

    static Result<Ref<Socket>> create(SocketType type);
    /// socketpair(2): connects the two.
    static void join(UnixSocket& first, UnixSocket& second);

    Family family() const override { return Family::local; }
    Result<void> bind(const Address& address) override;
    Result<void> connect(const Address& address, bool nonblocking) override;
    Result<void> listen(u32 backlog) override;
    Result<Ref<Socket>> accept(bool nonblocking) override;
    Result<u64> send(OutMessage& message, bool nonblocking) override;
    Result<u64> receive(InMessage& message, bool nonblocking) override;
    Result<void> shutdown(Shutdown how) override;
    Address name() override;
    Result<Address> peer_name() override;
    PeerCredentials peer_credentials() override;
    bool is_listening() override;
    u32 take_error() override;
    u64 bytes_to_read() override;
    fs::PollEvents poll(fs::PollTable* table) override;
    void close() override;

    /// In the table of names, by address.
    TreeHook in_names;
    struct NameOf {
        using type = std::string_view;
        std::string_view operator()(const UnixSocket& socket) const
        {
            return {socket.bound_.bytes, socket.bound_.size};
        }
    };

private:
    static constexpr u64 most_bytes = 212'992; ///< SO_RCVBUF's default
    static constexpr u32 most_datagrams = 256;

    enum class Status : u8 { unconnected, listening, connected, closed };
    struct Pending {
        Ref<UnixSocket> socket;
        ListHook hook;
    };
    struct State {
        Status status = Status::unconnected;
        bool bound = false;
        bool reading_over = false; ///< shut down: by this end, or because the peer sends no more
        bool writing_over = false;
        Ref<UnixSocket> peer;
        Address peer_address;
        PeerCredentials peer_credentials{};
        u32 error = 0;
        UnixPackets packets;
        u32 packet_count = 0;
        u64 bytes = 0;
        u32 backlog = 0;
        u32 pending_count = 0;
        List<Pending, &Pending::hook> pending; ///< connections that nobody has accepted
    };
    enum class Put : u8 { done, full, gone, refused };

    bool has_boundaries() const { return type() != SocketType::stream; }
    bool is_connection() const { return type() != SocketType::datagram; }
    static bool has_room(const State& state);

    Result<Ref<UnixSocket>> find(const Address& address) const;
    Result<void> connect_datagram(const Ref<UnixSocket>& target, const Address& address);
    Result<void> connect_stream(const Ref<UnixSocket>& target, const Address& address, bool nonblocking);
    Result<Ref<UnixSocket>> target_of(const OutMessage& message);
    Errno broken(const OutMessage& message) const;

    Put put(Box<UnixPacket>& packet, UnixSocket* sender);
    Result<void> deliver(UnixSocket& target, Box<UnixPacket> packet, const OutMessage& message, bool nonblocking);
    Result<u64> send_stream(UnixSocket& target, OutMessage& message, bool nonblocking);
    Result<u64> send_packet(UnixSocket& target, OutMessage& message, bool nonblocking);

    Result<u64> take(InMessage& message, u64 at, bool& stop);
    Result<void> wait_for_packet(bool nonblocking, bool& over);
    void consume(UnixPacket& packet, u64 count);
    UnixPacket* first_packet();
    void peer_is_gone(u32 error);
    Ref<UnixSocket> peer();

    Address bound_; ///< written once, under the state's lock, before the names know it
    Locked<State, SpinLock> state_;
    Locked<int, Mutex> reading_;
    WaitQueue waiting_; ///< for packets, connections, and room at the peer
    WaitQueue room_;    ///< senders that are not our peer, or wait for us to accept
};

} // namespace kernel::net
