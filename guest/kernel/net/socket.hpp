#pragma once

#include "kernel/fs/file.hpp"
#include "kernel/signal/number.hpp"
#include "lib/small_array.hpp"

/// Sockets as system calls and files see them; what is behind is the address family's.
namespace kernel::net {

/// socket(2)'s domains and types (linux/socket.h, linux/net.h).
enum class Family : u16 { unspecified = 0, local = 1 };
enum class SocketType : u32 { stream = 1, datagram = 2, sequenced = 5 };

/// struct sockaddr_storage: an address as the user gave it or gets it.
struct Address {
    static constexpr u32 most = 128;
    u32 size = 0; ///< 0: none
    char bytes[most] = {};

    Family family() const
    {
        u16 family = 0;
        __builtin_memcpy(&family, bytes, sizeof family);
        return static_cast<Family>(family);
    }
};

/// struct ucred.
struct PeerCredentials {
    i32 pid;
    u32 uid;
    u32 gid;
};
static_assert(sizeof(PeerCredentials) == 12);

/// MSG_ flags (linux/socket.h).
enum MessageFlag : u32 {
    message_out_of_band = 0x1,
    message_peek = 0x2,
    message_control_truncated = 0x8,
    message_truncated = 0x20,
    message_dont_wait = 0x40,
    message_end_of_record = 0x80,
    message_wait_all = 0x100,
    message_no_signal = 0x4000,
    message_close_on_exec = 0x4000'0000,
};

/// Files on their way from one process to another (SCM_RIGHTS).
struct PassedFiles final : RefCounted {
    static constexpr u32 most = 253; ///< SCM_MAX_FD
    SmallArray<Ref<fs::File>, 4> files;
};

struct OutMessage {
    fs::Source& data;
    u64 size;
    u32 flags = 0;
    const Address* to = nullptr;
    Ref<PassedFiles> files{};
    PeerCredentials sender{};
};

struct InMessage {
    fs::Sink& data;
    u64 size;
    u32 flags = 0;
    // What came with it.
    u32 result_flags = 0;
    Address from{};
    Ref<PassedFiles> files{};
    PeerCredentials sender{};
};

enum class Shutdown : u32 { reading = 0, writing = 1, both = 2 };

/// One end of a communication (Linux's struct socket with its proto_ops). What a family cannot do answers EOPNOTSUPP.
/// Waits are interruptible: ERESTARTSYS. `nonblocking`: EAGAIN instead.
class Socket : public RefCounted {
public:
    SocketType type() const { return type_; }
    virtual Family family() const = 0;

    virtual Result<void> bind(const Address& address) = 0;
    virtual Result<void> connect(const Address& address, bool nonblocking) = 0;
    virtual Result<void> listen(u32 backlog) = 0;
    virtual Result<Ref<Socket>> accept(bool nonblocking) = 0;
    virtual Result<u64> send(OutMessage& message, bool nonblocking) = 0;
    virtual Result<u64> receive(InMessage& message, bool nonblocking) = 0;
    virtual Result<void> shutdown(Shutdown how) = 0;
    virtual Address name() = 0;
    /// ENOTCONN.
    virtual Result<Address> peer_name() = 0;
    /// SO_PEERCRED.
    virtual PeerCredentials peer_credentials() = 0;
    virtual bool is_listening() = 0;
    /// SO_ERROR: what has gone wrong; it is forgotten. 0: nothing.
    virtual u32 take_error() = 0;
    /// FIONREAD, or SIOCINQ.
    virtual u64 bytes_to_read() = 0;
    virtual fs::PollEvents poll(fs::PollTable* table) = 0;
    /// Its file is closed: nobody uses it any more but those it is connected to.
    virtual void close() = 0;

    /// SO_PASSCRED.
    Atomic<bool> passes_credentials;

protected:
    explicit Socket(SocketType type) : type_{type} {}

private:
    SocketType type_;
};

/// An open socket.
class SocketFile final : public fs::File {
public:
    static constexpr fs::FileKind file_kind = fs::FileKind::socket;

    SocketFile(Ref<fs::Inode> inode, u32 flags, Ref<Socket> socket)
        : File{std::move(inode), flags | fs::open_read_write}, socket_{std::move(socket)}
    {}

    fs::FileKind kind() const override { return file_kind; }
    Socket& socket() const { return *socket_; }
    Result<u64> read(u64 count, fs::Sink& sink) override;
    Result<u64> write(u64 count, fs::Source& source) override;
    Result<i64> control(u64 command, u64 argument) override;
    fs::PollEvents poll(fs::PollTable* table) override { return socket_->poll(table); }

private:
    void before_end() override
    {
        File::before_end();
        socket_->close();
    }

    Ref<Socket> socket_;
};

/// A file for the socket. `flags`: of open(2). ENOMEM.
Result<Ref<fs::File>> make_socket_file(Ref<Socket> socket, u32 flags);
/// Who the running process is to its peers.
PeerCredentials own_credentials();

} // namespace kernel::net
