#pragma once

#include "vmm/observe/exit_key.hpp"

namespace vitrine {

/// A machine with a serial port at 0x3f8 and an IOAPIC at 0xfec00000.
class FewNames final : public DeviceNames {
public:
    std::string_view at_port(std::uint16_t port) const override { return port == 0x3f8 ? "serial" : ""; }
    std::string_view at_address(std::uint64_t address) const override { return address == 0xfec0'0000 ? "ioapic" : ""; }
};

} // namespace vitrine
