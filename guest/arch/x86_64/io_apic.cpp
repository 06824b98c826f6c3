// The machine's interrupt controller: Intel 82093AA I/O APIC data sheet. KVM's, the VMM's or QEMU's.
#include "abi/boot_info.hpp"
#include "arch/interrupts.hpp"
#include "arch/paging.hpp"
#include "arch/x86_64/per_cpu.hpp"
#include "kernel/init/boot_step.hpp"
#include "kernel/printk.hpp"
#include "kernel/sync/spin_lock.hpp"
#include "lib/locked.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace arch {
namespace {

constexpr u32 version_register = 0x01;
constexpr u32 first_redirection = 0x10; ///< two registers a pin
constexpr u32 remote_irr = 1 << 14;
constexpr u32 level_trigger = 1 << 15;
constexpr u32 masked = 1 << 16;

class IoApic {
public:
    void attach(kernel::VirtualAddress registers, unsigned first_gsi)
    {
        registers_ = reinterpret_cast<volatile u32*>(registers.value);
        first_gsi_ = first_gsi;
        pins_ = std::min((read(version_register) >> 16 & 0xff) + 1, max_gsi);
    }

    bool has(unsigned gsi) const { return gsi - first_gsi_ < pins_; }

    /// The line is masked or unrouted. The high half first: it says where to, and the low half lets the interrupt
    /// through.
    void route(unsigned gsi, u32 low, u32 apic_id)
    {
        write(redirection(gsi) + 1, apic_id << 24);
        low_[gsi - first_gsi_] = low;
        write(redirection(gsi), low);
    }
    /// Mode and vector stay: the end of an interrupt that is in service is known by them.
    void set_masked(unsigned gsi, bool on)
    {
        u32& low = low_[gsi - first_gsi_];
        low = on ? low | masked : low & ~masked;
        write(redirection(gsi), low);
    }
    bool in_service(unsigned gsi) { return (read(redirection(gsi)) & remote_irr) != 0; }

private:
    static constexpr unsigned select = 0; ///< in 32-bit words
    static constexpr unsigned window = 4;

    u32 redirection(unsigned gsi) const { return first_redirection + 2 * (gsi - first_gsi_); }
    u32 read(u32 which)
    {
        registers_[select] = which;
        return registers_[window];
    }
    void write(u32 which, u32 value)
    {
        registers_[select] = which;
        registers_[window] = value;
    }

    volatile u32* registers_ = nullptr;
    unsigned first_gsi_ = 0;
    unsigned pins_ = 0;              ///< 0: there is no I/O APIC
    std::array<u32, max_gsi> low_{}; ///< each pin's low half as written last: to read it back costs two exits
};

constinit kernel::Locked<IoApic, kernel::IrqSafe> io_apic;

void set_up_io_apic()
{
    const vitrine::abi::BootInfo& boot = kernel::boot_info();
    const std::span devices{direct_map<const vitrine::abi::Device>({boot.devices.address}), boot.devices.count};
    for (const vitrine::abi::Device& device : devices) {
        if (device.kind != vitrine::abi::DeviceKind::ioapic)
            continue;
        const auto registers = map_device({device.base}, kernel::page_size);
        if (!registers)
            kernel::panic("no memory to map the I/O APIC");
        io_apic.with([&](IoApic& apic) { apic.attach(registers.value(), device.gsi); });
        return;
    }
    kernel::printk(kernel::LogLevel::warning, "no I/O APIC: no device interrupts");
}

BOOT_STEP(io_apic, NEEDS("page_tables", "local_apic"), PROVIDES("interrupts"), set_up_io_apic);

} // namespace

bool has_gsi(unsigned gsi)
{
    return io_apic.with([&](IoApic& apic) { return apic.has(gsi); });
}

void route_gsi(unsigned gsi, unsigned cpu, u8 vector, bool level_triggered, bool as_masked)
{
    const u32 low = vector | (level_triggered ? level_trigger : 0) | (as_masked ? masked : 0);
    io_apic.with([&](IoApic& apic) { apic.route(gsi, low, per_cpu(cpu).apic_id); });
}

void mask_gsi(unsigned gsi)
{
    io_apic.with([&](IoApic& apic) { apic.set_masked(gsi, true); });
}

void unmask_gsi(unsigned gsi)
{
    io_apic.with([&](IoApic& apic) { apic.set_masked(gsi, false); });
}

bool gsi_in_service(unsigned gsi)
{
    return io_apic.with([&](IoApic& apic) { return apic.in_service(gsi); });
}

MsiMessage msi_message(unsigned cpu, u8 vector)
{
    constexpr u64 local_apics = 0xfee0'0000;
    return {.address = local_apics | u64{per_cpu(cpu).apic_id} << 12, .data = vector};
}

} // namespace arch
