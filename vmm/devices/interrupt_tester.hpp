#pragma once

#include "abi/interrupt_tester.hpp"
#include "vmm/machine/bus.hpp"
#include "vmm/machine/interrupt_line.hpp"
#include "vmm/machine/msi.hpp"

#include <array>
#include <cstdint>
#include <mutex>

namespace vitrine {

/// Interrupts on command of the guest, by pins and by messages, so that booted tests can try every flow of interrupts
/// with a real interrupt controller; as kvm-unit-tests' testdev and QEMU's edu device do. Registers:
/// abi/interrupt_tester.hpp. Only machines of tests have it.
class InterruptTester final : public BusDevice {
public:
    static constexpr std::uint64_t base_address = 0xfeb0'0000;
    static constexpr std::uint64_t size = abi::interrupt_tester::mmio_size;
    static constexpr unsigned first_gsi = 20; ///< no other device of ours is there
    using Pins = std::array<InterruptLine*, abi::interrupt_tester::pin_count>;

    /// All must outlive the device.
    InterruptTester(const Pins& pins, MsiSink& messages) : pins_{pins}, messages_{messages} {}

    std::string_view name() const override { return "interrupt-tester"; }
    void read(std::uint64_t offset, std::span<std::byte> data) override;
    void write(std::uint64_t offset, std::span<const std::byte> data) override;

private:
    struct Source {
        bool high = false;
        bool masked = false;
        bool pending = false;
        MsiMessage message;
    };

    std::uint32_t read_register(const Source& source, std::uint64_t which) const;
    void write_register(unsigned index, std::uint64_t which, std::uint32_t value);
    void set_level(unsigned index, bool high);
    void send(Source& source);

    const Pins pins_;
    MsiSink& messages_;

    std::mutex mutex_; ///< guards all below; taken before an interrupt controller's
    std::array<Source, abi::interrupt_tester::source_count> sources_;
};

} // namespace vitrine
