#pragma once

#include "vmm/machine/bus.hpp"
#include "vmm/observe/trace_collector.hpp"

namespace vitrine {

/// The trace channel `exit`: a write of a vCPU's number to abi::trace_port has its trace ring drained before the guest
/// goes on. The doorbell of the channel `ring`, at abi::trace_doorbell_port, is an ioeventfd and needs no device.
class TracePort final : public BusDevice {
public:
    static constexpr std::uint64_t port_count = 4;

    /// `collector` must outlive the device.
    explicit TracePort(TraceCollector& collector) : collector_{collector} {}

    std::string_view name() const override { return "trace"; }
    void read(std::uint64_t, std::span<std::byte>) override {}
    void write(std::uint64_t offset, std::span<const std::byte> data) override;

private:
    TraceCollector& collector_;
};

} // namespace vitrine
