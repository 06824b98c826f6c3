#include "kernel/syscall/control_messages.hpp"

#include "kernel/proc/credentials.hpp"
#include "kernel/proc/process.hpp"
#include "kernel/syscall/descriptors.hpp"

#include <algorithm>

namespace kernel::syscall {
namespace {

/// struct cmsghdr.
struct Header {
    u64 size; ///< with the header
    u32 level;
    u32 type;
};
static_assert(sizeof(Header) == 16);

constexpr u32 socket_level = 1; ///< SOL_SOCKET
constexpr u32 files_type = 1;   ///< SCM_RIGHTS
constexpr u32 sender_type = 2;  ///< SCM_CREDENTIALS
constexpr u64 alignment = 8;
constexpr u64 most_control = 20'480; ///< net.core.optmem_max

Result<void> read_files(u64 address, u64 size, net::OutMessage& message)
{
    const u64 count = size / sizeof(u32);
    if (count > net::PassedFiles::most || message.files)
        return Errno::einval;
    if (count == 0)
        return {};
    auto passed = TRY(make_ref<net::PassedFiles>());
    TRY(passed->files.allocate(static_cast<u32>(count)));
    for (u32 i = 0; i < count; ++i)
        passed->files[i] = TRY(file_of({ TRY(UserIn<u32>{address + i * sizeof(u32)}.read()) }));
    message.files = std::move(passed);
    return {};
}

/// Only root may be somebody else.
Result<void> read_sender(u64 address, u64 size, net::OutMessage& message)
{
    if (size != sizeof(net::PeerCredentials))
        return Errno::einval;
    const auto claimed = TRY(UserIn<net::PeerCredentials>{address}.read());
    const Credentials& own = credentials();
    const bool own_pid = claimed.pid == static_cast<i32>(Process::current().pid());
    const bool own_uid = claimed.uid == own.uid || claimed.uid == own.euid || claimed.uid == own.suid;
    const bool own_gid = claimed.gid == own.gid || claimed.gid == own.egid || claimed.gid == own.sgid;
    if ((!own_pid && !capable(Capability::sys_admin)) || (!own_uid && !capable(Capability::setuid)) ||
        (!own_gid && !capable(Capability::setgid)))
        return Errno::eperm;
    message.sender = claimed;
    return {};
}

/// Writes control messages one after the other.
class Writer {
public:
    Writer(u64 address, u64 room, net::InMessage& message) : address_{address}, room_{room}, message_{message} {}

    u64 used() const { return used_; }
    /// How many bytes a message could have now.
    u64 space() const { return room_ - used_ >= sizeof(Header) ? room_ - used_ - sizeof(Header) : 0; }
    u64 payload_address() const { return address_ + used_ + sizeof(Header); }
    void truncated() { message_.result_flags |= net::message_control_truncated; }

    Result<void> header(u32 type, u64 payload)
    {
        const Header header{sizeof(Header) + payload, socket_level, type};
        TRY(UserOut<Header>{address_ + used_}.write(header));
        used_ = std::min(room_, used_ + align_up(header.size, alignment));
        return {};
    }

private:
    u64 address_;
    u64 room_;
    net::InMessage& message_;
    u64 used_ = 0;
};

Result<void> write_sender(Writer& writer, const net::PeerCredentials& sender)
{
    if (writer.space() < sizeof sender) {
        writer.truncated();
        return {};
    }
    TRY(UserOut<net::PeerCredentials>{writer.payload_address()}.write(sender));
    return writer.header(sender_type, sizeof sender);
}

Result<void> write_files(Writer& writer, net::PassedFiles& passed, bool close_on_exec)
{
    const u64 room = writer.space() / sizeof(u32);
    u64 count = 0;
    for (Ref<fs::File>& file : passed.files.all()) {
        if (count == room)
            break;
        const auto descriptor = install(file, close_on_exec);
        if (!descriptor)
            break;
        TRY(UserOut<u32>{writer.payload_address() + count * sizeof(u32)}.write(static_cast<u32>(descriptor.value())));
        ++count;
    }
    if (count < passed.files.size())
        writer.truncated();
    return count == 0 ? Result<void>{} : writer.header(files_type, count * sizeof(u32));
}

} // namespace

Result<void> read_control(u64 address, u64 size, net::OutMessage& message)
{
    if (size > most_control)
        return Errno::enobufs;
    for (u64 at = 0; size - at >= sizeof(Header);) {
        const Header header = TRY(UserIn<Header>{address + at}.read());
        if (header.size < sizeof(Header) || header.size > size - at)
            return Errno::einval;
        const u64 payload = header.size - sizeof(Header);
        if (header.level == socket_level) {
            switch (header.type) {
            case files_type: TRY(read_files(address + at + sizeof(Header), payload, message)); break;
            case sender_type: TRY(read_sender(address + at + sizeof(Header), payload, message)); break;
            default: return Errno::einval;
            }
        }
        at += std::min(align_up(header.size, alignment), size - at);
    }
    return {};
}

Result<u64> write_control(u64 address, u64 room, net::InMessage& message, bool with_credentials)
{
    Writer writer{address, room, message};
    if (with_credentials)
        TRY(write_sender(writer, message.sender));
    if (message.files)
        TRY(write_files(writer, *message.files, (message.flags & net::message_close_on_exec) != 0));
    return writer.used();
}

} // namespace kernel::syscall
