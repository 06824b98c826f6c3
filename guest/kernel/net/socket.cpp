#include "kernel/net/socket.hpp"

#include "arch/user_access.hpp"
#include "kernel/proc/credentials.hpp"
#include "kernel/proc/process.hpp"

namespace kernel::net {
namespace {

constexpr u64 bytes_to_read = 0x541b; ///< FIONREAD

class SocketInode final : public fs::Inode {
public:
    SocketInode() : Inode{fs::FileType::socket, 0777} {}
};

} // namespace

Result<Ref<fs::File>> make_socket_file(Ref<Socket> socket, u32 flags)
{
    const Ref<fs::Inode> inode = TRY(make_ref<SocketInode>());
    return Ref<fs::File> { TRY(make_ref<SocketFile>(inode, flags, std::move(socket))) };
}

PeerCredentials own_credentials()
{
    const Credentials& own = credentials();
    return {static_cast<i32>(Process::current().pid()), own.euid, own.egid};
}

Result<u64> SocketFile::read(u64 count, fs::Sink& sink)
{
    InMessage message{.data = sink, .size = count};
    return socket_->receive(message, is_nonblocking());
}

Result<u64> SocketFile::write(u64 count, fs::Source& source)
{
    OutMessage message{.data = source, .size = count, .sender = own_credentials()};
    return socket_->send(message, is_nonblocking());
}

Result<i64> SocketFile::control(u64 command, u64 argument)
{
    if (command != bytes_to_read)
        return Errno::enotty;
    if (socket_->is_listening())
        return Errno::einval;
    const i32 bytes = static_cast<i32>(socket_->bytes_to_read());
    TRY(arch::copy_to_user({argument}, std::as_bytes(std::span{&bytes, 1})));
    return i64{0};
}

} // namespace kernel::net
