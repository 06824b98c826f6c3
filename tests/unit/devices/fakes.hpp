#pragma once

#include "vmm/devices/byte_stream.hpp"
#include "vmm/devices/little_endian.hpp"
#include "vmm/machine/bus.hpp"
#include "vmm/machine/interrupt_line.hpp"
#include "vmm/machine/outcome.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Stand-ins for what surrounds a device, and a guest's view of it.
namespace vitrine::test {

struct FakeLine final : InterruptLine {
    bool high = false;
    unsigned rises = 0;

    void set_level(bool now) override
    {
        rises += now && !high ? 1 : 0;
        high = now;
    }
};

struct FakeSink final : OutputSink {
    std::string text;
    void write(std::string_view bytes) override { text += bytes; }
};

struct FakeControl final : MachineControl {
    std::vector<Outcome> endings;
    void end(Ending ending, std::uint8_t status, std::string reason) override
    {
        endings.push_back({ending, status, std::move(reason), {}});
    }
};

/// `in` and `out` of 1 to 8 bytes, at an offset in the device's range.
inline std::uint64_t in(BusDevice& device, std::uint64_t offset, std::size_t size = 1)
{
    std::array<std::byte, 8> data;
    data.fill(std::byte{0xff});
    device.read(offset, std::span{data}.first(size));
    return load_little_endian(std::span{data}.first(size));
}

inline void out(BusDevice& device, std::uint64_t offset, std::uint64_t value, std::size_t size = 1)
{
    std::array<std::byte, 8> data;
    store_little_endian(data, value);
    device.write(offset, std::span{data}.first(size));
}

} // namespace vitrine::test
