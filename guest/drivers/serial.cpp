#include "drivers/serial.hpp"

#include "abi/boot_info.hpp"
#include "arch/cpu.hpp"
#include "arch/paging.hpp"
#include "arch/port_io.hpp"
#include "kernel/console.hpp"
#include "kernel/init/boot_step.hpp"
#include "kernel/irq/irq.hpp"
#include "kernel/printk.hpp"

#include <algorithm>
#include <span>

namespace kernel::serial {
namespace {

/// Offsets from the base port; where reading and writing differ, both.
enum Register : u16 {
    receive_buffer = 0,
    transmit_holding = 0,
    interrupt_enable = 1,
    fifo_control = 2,
    line_control = 3,
    modem_control = 4,
    line_status = 5,
};

constexpr u8 interrupt_on_receive = 1 << 0;
constexpr u8 fifo_enable_and_clear = 0x07;
constexpr u8 eight_bits_no_parity = 0x03;
constexpr u8 ready_and_interrupts_out = 0x0b; // DTR, RTS, and OUT2, which gates the interrupt line on PCs
constexpr u8 data_ready = 1 << 0;
constexpr u8 transmitter_empty = 1 << 5;
constexpr std::size_t fifo_size = 16;

class Port {
public:
    void attach(u16 base, unsigned gsi)
    {
        base_ = base;
        gsi_ = gsi;
        out(line_control, eight_bits_no_parity);
        out(fifo_control, fifo_enable_and_clear);
    }
    bool attached() const { return base_ != 0; }

    /// One look at the line status for each 16 bytes, not for each byte: every access to a port may be a VM exit.
    void write(std::string_view text)
    {
        while (!text.empty()) {
            while ((in(line_status)&transmitter_empty) == 0)
                arch::relax();
            const std::size_t count = std::min(text.size(), fifo_size);
            arch::write_port_string(static_cast<u16>(base_ + transmit_holding), text.substr(0, count));
            text.remove_prefix(count);
        }
    }

    void receive_by_interrupt()
    {
        if (!irq::request(gsi_, &Port::on_interrupt, {.trigger = irq::Trigger::edge}, "ttyS0", this))
            return printk(LogLevel::warning, "serial: no interrupt {}, so no input", gsi_);
        out(modem_control, ready_and_interrupts_out);
        out(interrupt_enable, interrupt_on_receive); // also for what has come before
    }

private:
    static irq::Return on_interrupt(unsigned, void* port)
    {
        return static_cast<Port*>(port)->receive() ? irq::Return::handled : irq::Return::none;
    }

    /// False when there was nothing.
    bool receive()
    {
        bool any = false;
        for (; (in(line_status)&data_ready) != 0; any = true)
            console::receive(static_cast<char>(in(receive_buffer)));
        return any;
    }

    void out(Register which, u8 value) const { arch::write_port(static_cast<u16>(base_ + which), value); }
    u8 in(Register which) const { return arch::read_port(static_cast<u16>(base_ + which)); }

    u16 base_ = 0;
    unsigned gsi_ = 0;
};

constinit Port port;

void enable_input()
{
    if (port.attached())
        port.receive_by_interrupt();
}

BOOT_STEP(serial_input, NEEDS("interrupts"), PROVIDES("console"), enable_input);

} // namespace

void set_up(const vitrine::abi::BootInfo& boot)
{
    const std::span devices{arch::direct_map<const vitrine::abi::Device>({boot.devices.address}), boot.devices.count};
    for (const vitrine::abi::Device& device : devices) {
        if (device.kind == vitrine::abi::DeviceKind::serial_16550) {
            port.attach(static_cast<u16>(device.base), device.gsi);
            console::attach([](std::string_view text) { port.write(text); });
            return;
        }
    }
}

} // namespace kernel::serial
