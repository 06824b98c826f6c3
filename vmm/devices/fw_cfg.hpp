#pragma once

#include "vmm/machine/address.hpp"
#include "vmm/machine/bus.hpp"

#include <cstdint>
#include <map>
#include <mutex>
#include <vector>

namespace vitrine {

/// QEMU's firmware configuration device, port form (docs/specs/fw_cfg in QEMU), as far as test kernels such as
/// kvm-unit-tests read it: signature, CPU counts, RAM size. The file directory is empty and there is no DMA.
/// A 16-bit write at offset 0 selects an item; byte reads at offset 1 walk through it and give zeroes behind its end.
class FwCfg final : public BusDevice {
public:
    static constexpr std::uint16_t port = 0x510;
    static constexpr std::uint64_t port_count = 2;

    FwCfg(unsigned cpus, Bytes memory);

    std::string_view name() const override { return "fw_cfg"; }
    void read(std::uint64_t offset, std::span<std::byte> data) override;
    void write(std::uint64_t offset, std::span<const std::byte> data) override;

private:
    std::map<std::uint16_t, std::vector<std::byte>> items_; ///< never changed after construction

    std::mutex mutex_; ///< guards the two below
    std::uint16_t selected_ = 0;
    std::size_t position_ = 0;
};

} // namespace vitrine
