#pragma once

#include "vmm/boot/protocols.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace vitrine::fuzz {

inline ImageView view_of(const std::uint8_t* data, std::size_t size)
{
    return {"fuzz-input", std::as_bytes(std::span{data, size})};
}

/// Boots the input as far as a loader goes. The one thing a bad image may do is to be refused.
inline void load(const ImageView& image, const MachineConfig& config)
{
    static const GuestMemory memory{{.size = Bytes{8 << 20}}}; // not fresh: no loader reads what it did not write
    try {
        (void)load_image(config, image, memory, {});
    } catch (const ImageError&) {
    }
}

} // namespace vitrine::fuzz
