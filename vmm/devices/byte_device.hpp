#pragma once

#include "vmm/machine/bus.hpp"

namespace vitrine {

/// A device of 8-bit registers, as most of the PC's are. Wider accesses become several byte accesses, lowest address
/// first, as the ISA bus made of them.
class ByteDevice : public BusDevice {
public:
    void read(std::uint64_t offset, std::span<std::byte> data) final
    {
        for (std::byte& byte : data)
            byte = std::byte{read_register(offset++)};
    }

    void write(std::uint64_t offset, std::span<const std::byte> data) final
    {
        for (const std::byte byte : data)
            write_register(offset++, std::to_integer<std::uint8_t>(byte));
    }

private:
    virtual std::uint8_t read_register(std::uint64_t offset) = 0;
    virtual void write_register(std::uint64_t offset, std::uint8_t value) = 0;
};

} // namespace vitrine
