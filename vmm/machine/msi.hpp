#pragma once

#include <cstdint>
#include <optional>

namespace vitrine {

/// A message-signalled interrupt as it goes over the bus. Intel SDM vol. 3, §11.11.
struct MsiMessage {
    std::uint64_t address = 0;
    std::uint32_t data = 0;
    friend constexpr bool operator==(const MsiMessage&, const MsiMessage&) = default;
};

/// Where an interrupt controller of ours delivers: the local APICs. Safe from any thread.
class MsiSink {
public:
    virtual ~MsiSink() = default;
    virtual void send(const MsiMessage& message) = 0;
    /// What a level-triggered interrupt at `pin` is now delivered as, masked or not; nothing when it is edge-triggered.
    /// KVM needs to know before the first such interrupt, to tell which EOIs are to leave the kernel. It may be slow:
    /// KVM waits until no vCPU uses the old routes, milliseconds perhaps.
    virtual void route(unsigned pin, const std::optional<MsiMessage>& message) = 0;
};

} // namespace vitrine
