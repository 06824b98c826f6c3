// The machine's interrupt controller: Intel 82093AA I/O APIC data sheet. KVM's, the VMM's or QEMU's.
#include "abi/boot_info.hpp"
#include "arch/interrupts.hpp"
#include "arch/paging.hpp"
#include "kernel/init/boot_step.hpp"
#include "kernel/printk.hpp"
#include "kernel/sync/spin_lock.hpp"
#include "lib/locked.hpp"

#include <span>

namespace arch {
namespace {

constexpr u32 version_register = 0x01;
constexpr u32 first_redirection = 0x10; ///< two registers a pin
constexpr u32 level_trigger = 1 << 15;
constexpr u32 masked = 1 << 16;

class IoApic {
public:
    void attach(kernel::VirtualAddress registers, unsigned first_gsi)
    {
        registers_ = reinterpret_cast<volatile u32*>(registers.value);
        first_gsi_ = first_gsi;
        pins_ = (read(version_register) >> 16 & 0xff) + 1;
    }

    bool has(unsigned gsi) const { return gsi - first_gsi_ < pins_; }

    /// The high half first: it says where to, and the low half lets the interrupt through.
    void route(unsigned gsi, u32 low, u32 apic_id)
    {
        const u32 redirection = first_redirection + 2 * (gsi - first_gsi_);
        write(redirection + 1, apic_id << 24);
        write(redirection, low);
    }
    void mask(unsigned gsi) { write(first_redirection + 2 * (gsi - first_gsi_), masked); }

private:
    static constexpr unsigned select = 0; ///< in 32-bit words
    static constexpr unsigned window = 4;

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
    unsigned pins_ = 0; ///< 0: there is no I/O APIC
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

u32 boot_cpu_apic_id() { return *direct_map<const u32>({kernel::boot_info().cpus.address}); }

} // namespace

bool has_gsi(unsigned gsi)
{
    return io_apic.with([&](IoApic& apic) { return apic.has(gsi); });
}

void enable_gsi(unsigned gsi, bool level_triggered)
{
    const u32 vector = first_device_vector + gsi;
    io_apic.with([&](IoApic& apic) {
        if (apic.has(gsi))
            apic.route(gsi, vector | (level_triggered ? level_trigger : 0), boot_cpu_apic_id());
    });
}

void disable_gsi(unsigned gsi)
{
    io_apic.with([&](IoApic& apic) {
        if (apic.has(gsi))
            apic.mask(gsi);
    });
}

} // namespace arch
