#include "vmm/machine/device_set.hpp"

#include "abi/ports.hpp"
#include "vmm/devices/trace_port.hpp"

namespace vitrine {
namespace {

InterruptTester::Pins tester_pins(Interrupts& interrupts)
{
    InterruptTester::Pins pins{};
    for (unsigned pin = 0; pin < pins.size(); ++pin)
        pins[pin] = &interrupts.line(InterruptTester::first_gsi + pin);
    return pins;
}

} // namespace

DeviceSet::DeviceSet(const MachineConfig& config, const MachineIo& io, boost::asio::io_context& loop,
                     MachineControl& machine, Interrupts& interrupts)
    : has_io_apic_{config.irqchip != IrqChip::none},
      console_{loop, io.console_output, io.console_observer},
      exit_port_{machine},
      control_port_{machine},
      reset_control_{machine}
{
    create(config, machine, interrupts);
    if (serial_ && ConsoleSize::is_known(io.console_output))
        console_size_.emplace(loop, io.console_output, interrupts.line(ConsoleSize::gsi));
    attach_ports();
    attach_memory(interrupts);
}

void DeviceSet::create(const MachineConfig& config, MachineControl& machine, Interrupts& interrupts)
{
    const DeviceConfig& wanted = config.devices;
    if (wanted.debug_exit)
        debug_exit_.emplace(machine);
    if (wanted.fw_cfg)
        fw_cfg_.emplace(config.cpus, config.memory.size);
    if (wanted.i8042)
        i8042_.emplace(machine);
    if (wanted.interrupt_tester)
        interrupt_tester_.emplace(tester_pins(interrupts), interrupts.messages());
    if (wanted.pit_speaker)
        pit_.emplace();
    if (wanted.rtc)
        rtc_.emplace(config.memory.size, config.cpus);
    if (wanted.serial)
        serial_.emplace(console_, interrupts.line(Serial::com1_irq));
}

/// The map of the port space.
void DeviceSet::attach_ports()
{
    if (pit_) {
        ports_.attach(Pit::counters_port, Pit::counters_port_count, pit_->counters());
        ports_.attach(Pit::speaker_port, 1, pit_->speaker());
    }
    if (i8042_) {
        ports_.attach(I8042::data_port, 1, i8042_->data());
        ports_.attach(I8042::command_port, 1, i8042_->command());
    }
    if (rtc_)
        ports_.attach(Rtc::index_port, Rtc::port_count, *rtc_);
    ports_.attach(SystemControlPortA::port, 1, control_port_);
    if (debug_exit_)
        ports_.attach(abi::debug_exit_port, DebugExit::port_count, *debug_exit_);
    if (serial_)
        ports_.attach(Serial::com1_port, Serial::port_count, *serial_);
    if (fw_cfg_)
        ports_.attach(FwCfg::port, FwCfg::port_count, *fw_cfg_);
    ports_.attach(abi::exit_port, ExitPort::port_count, exit_port_);
    if (console_size_)
        ports_.attach(abi::console_size_port, ConsoleSize::port_count, *console_size_);
    ports_.attach(ResetControl::port, 1, reset_control_);
}

/// The map of the MMIO space.
void DeviceSet::attach_memory(Interrupts& interrupts)
{
    if (IoApic* const io_apic = interrupts.io_apic())
        memory_.attach(IoApic::base_address, IoApic::size, *io_apic);
    if (interrupt_tester_)
        memory_.attach(InterruptTester::base_address, InterruptTester::size, *interrupt_tester_);
}

void DeviceSet::attach_trace(BusDevice& port) { ports_.attach(abi::trace_port, TracePort::port_count, port); }

std::unique_ptr<ConsoleInput> DeviceSet::start_console_input(int descriptor, boost::asio::io_context& loop,
                                                             MachineControl& machine)
{
    if (descriptor < 0 || !serial_)
        return nullptr;
    return std::make_unique<ConsoleInput>(loop, descriptor, *serial_,
                                          [&machine] { machine.end(Ending::stopped, 0, "the user typed Ctrl-A X"); });
}

std::vector<abi::Device> DeviceSet::list() const
{
    std::vector<abi::Device> devices;
    if (has_io_apic_)
        devices.push_back({abi::DeviceKind::ioapic, 0, IoApic::base_address, IoApic::size});
    if (serial_)
        devices.push_back({abi::DeviceKind::serial_16550, Serial::com1_irq, Serial::com1_port, Serial::port_count});
    if (console_size_)
        devices.push_back(
            {abi::DeviceKind::console_size, ConsoleSize::gsi, abi::console_size_port, ConsoleSize::port_count});
    if (i8042_)
        devices.push_back({abi::DeviceKind::i8042, 1, I8042::data_port, 5});
    if (interrupt_tester_)
        devices.push_back({abi::DeviceKind::interrupt_tester, InterruptTester::first_gsi, InterruptTester::base_address,
                           InterruptTester::size});
    return devices;
}

std::string_view DeviceSet::at_port(std::uint16_t port) const
{
    const BusRange* const range = ports_.find(port, 1);
    return range ? range->device->name() : std::string_view{};
}

std::string_view DeviceSet::at_address(std::uint64_t address) const
{
    const BusRange* const range = memory_.find(address, 1);
    return range ? range->device->name() : std::string_view{};
}

} // namespace vitrine
