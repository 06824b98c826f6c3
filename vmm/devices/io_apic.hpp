#pragma once

#include "vmm/machine/bus.hpp"
#include "vmm/machine/interrupt_line.hpp"
#include "vmm/machine/msi.hpp"

#include <array>
#include <cstdint>
#include <mutex>

namespace vitrine {

/// The I/O APIC of the split irqchip: Intel 82093AA data sheet. 24 pins, each with a redirection entry that says which
/// vector goes to which local APIC; interrupts leave as MSIs.
///
/// Edge pins send once for each rise, and forget a rise that comes while they are masked, as the chip does. Level pins
/// send while the line is high and no earlier one is in service (Remote IRR), and again after an EOI that finds the
/// line still high.
///
/// There is no 8259 beside it: in split mode ports 0x20 and 0xa0 read as all ones, which Linux takes for `no PIC`.
class IoApic final : public BusDevice {
public:
    static constexpr std::uint64_t base_address = 0xfec0'0000;
    static constexpr std::uint64_t size = 0x1000;
    static constexpr unsigned pin_count = 24;

    /// `sink` must outlive the device.
    explicit IoApic(MsiSink& sink);

    std::string_view name() const override { return "ioapic"; }
    void read(std::uint64_t offset, std::span<std::byte> data) override;
    void write(std::uint64_t offset, std::span<const std::byte> data) override;

    /// The wire into pin `index`, which must be below pin_count.
    InterruptLine& pin(unsigned index) { return pins_.at(index); }

    /// A local APIC ended `vector` (KVM_EXIT_IOAPIC_EOI). Any thread.
    void eoi(std::uint8_t vector);

private:
    /// A redirection table entry as the guest sees it. Data sheet §3.2.4.
    struct Entry {
        std::uint64_t bits;
        std::uint8_t vector() const { return bits & 0xff; }
        bool level() const;
        bool masked() const;
        bool remote_irr() const;
        void set_remote_irr(bool set);
        MsiMessage message() const;
    };

    class Pin final : public InterruptLine {
    public:
        void set_level(bool high) override { owner_->set_level(index_, high); }

    private:
        friend IoApic;
        IoApic* owner_ = nullptr;
        unsigned index_ = 0;
    };

    void set_level(unsigned pin, bool high);
    std::uint32_t read_window() const;
    void write_window(std::uint32_t value);
    void write_entry(unsigned pin, std::uint64_t bits);
    void service_level(unsigned pin);

    MsiSink& sink_;
    std::array<Pin, pin_count> pins_;

    mutable std::mutex mutex_; ///< guards all below; held while the sink is called, so that messages keep their order
    std::uint8_t selected_ = 0;
    std::uint32_t id_ = 0;
    std::uint32_t lines_ = 0; ///< bit n: pin n is high
    std::array<Entry, pin_count> entries_;
};

} // namespace vitrine
