#include "vmm/devices/reset_ports.hpp"

namespace vitrine {

namespace {
constexpr std::uint8_t port_a_reset = 0x01;
constexpr std::uint8_t reset_cpu = 0x04;
} // namespace

void SystemControlPortA::write_register(std::uint64_t, std::uint8_t value)
{
    value_ = value & ~port_a_reset;
    if ((value & port_a_reset) != 0)
        machine_.end(Ending::guest_reset, 0, "the guest reset the machine through port 0x92");
}

void ResetControl::write_register(std::uint64_t, std::uint8_t value)
{
    value_ = value & ~reset_cpu;
    if ((value & reset_cpu) != 0)
        machine_.end(Ending::guest_reset, 0, "the guest reset the machine through port 0xcf9");
}

} // namespace vitrine
