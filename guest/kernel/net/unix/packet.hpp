#pragma once

#include "kernel/net/socket.hpp"

namespace kernel::net {

/// What was sent in one piece, on its way to whoever reads it.
struct UnixPacket {
    static constexpr u64 most = 1 << 17; ///< bytes
    static constexpr u64 stream_piece = 1 << 15;

    /// With its bytes taken from the source. EFAULT, ENOMEM.
    static Result<Box<UnixPacket>> make(fs::Source& source, u64 at, u64 size);
    ~UnixPacket();

    std::span<const std::byte> rest() const { return {bytes + begin, size - begin}; }

    std::byte* bytes = nullptr;
    u64 size = 0;
    u64 begin = 0; ///< a stream's: what of it was read already
    Address from;
    Ref<PassedFiles> files;
    PeerCredentials sender{};
    ListHook hook;
};
using UnixPackets = List<UnixPacket, &UnixPacket::hook>;

} // namespace kernel::net
