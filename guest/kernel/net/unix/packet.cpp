#include "kernel/net/unix/packet.hpp"

namespace kernel::net {

Result<Box<UnixPacket>> UnixPacket::make(fs::Source& source, u64 at, u64 size)
{
    auto packet = TRY(make_box<UnixPacket>());
    packet->size = size;
    if (size == 0)
        return packet;
    packet->bytes = static_cast<std::byte*>(mm::kmalloc(size));
    if (packet->bytes == nullptr)
        return Errno::enomem;
    TRY(source.get(at, {packet->bytes, size}));
    return packet;
}

UnixPacket::~UnixPacket() { mm::kfree(bytes); }

} // namespace kernel::net
