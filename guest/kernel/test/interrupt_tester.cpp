#include "kernel/test/interrupt_tester.hpp"

#include "abi/boot_info.hpp"
#include "abi/interrupt_tester.hpp"
#include "arch/paging.hpp"
#include "kernel/init/boot_step.hpp"
#include "kernel/irq/descriptor.hpp"

#include <span>

namespace kernel::test {

namespace tester = vitrine::abi::interrupt_tester;

namespace {

/// Null: there is none.
const vitrine::abi::Device* find_device()
{
    const vitrine::abi::BootInfo& boot = boot_info();
    const std::span devices{arch::direct_map<const vitrine::abi::Device>({boot.devices.address}), boot.devices.count};
    for (const vitrine::abi::Device& device : devices)
        if (device.kind == vitrine::abi::DeviceKind::interrupt_tester)
            return &device;
    return nullptr;
}

} // namespace

bool InterruptSource::is_there() { return check(find_device() != nullptr, "the machine has no interrupt tester"); }

InterruptSource::InterruptSource(unsigned index)
{
    const vitrine::abi::Device& device = *find_device();
    // One test at a time, long after the boot: nobody else maps devices now.
    const auto address = arch::map_device({device.base}, device.size).value();
    registers_ = reinterpret_cast<volatile u32*>(address.value + index * tester::window_size);
    gsi_ = device.gsi + index / tester::sources_per_pin;
}

void InterruptSource::set_level(bool high) const { at(tester::level) = high ? 1 : 0; }
bool InterruptSource::level() const { return at(tester::level) != 0; }
void InterruptSource::pulse(u32 times) const { at(tester::pulse) = times; }
void InterruptSource::send(u32 times) const { at(tester::send) = times; }

void InterruptSource::set_message(const arch::MsiMessage& message)
{
    const u32 control = at(tester::message_control) & tester::message_masked;
    mask_message();
    at(tester::message_address) = static_cast<u32>(message.address);
    at(tester::message_address_high) = static_cast<u32>(message.address >> 32);
    at(tester::message_data) = message.data;
    at(tester::message_control) = control;
}

void InterruptSource::mask_message() { at(tester::message_control) = tester::message_masked; }
void InterruptSource::unmask_message() { at(tester::message_control) = 0; }

void wait_until_settled(unsigned irq, unsigned cpu)
{
    eventually([&] {
        return irq::find(irq)->state.with(
            [&](const irq::State& state) { return state.target->cpu == cpu && !state.old_target; });
    });
}

} // namespace kernel::test
