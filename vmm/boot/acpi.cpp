#include "vmm/boot/acpi.hpp"

#include "vmm/boot/boot_area.hpp"

#include <array>
#include <cstring>
#include <string_view>
#include <vector>

namespace vitrine {

namespace {

constexpr GuestAddress bios_area{0xe'0000};
constexpr std::uint32_t local_apic_address = 0xfee0'0000;

using Table = std::vector<std::byte>;

/// Appends little-endian fields. Tables are packed: no structure of ours would be laid out like them.
template <typename T>
void append(Table& table, T value)
{
    const auto* bytes = reinterpret_cast<const std::byte*>(&value);
    table.insert(table.end(), bytes, bytes + sizeof value);
}

void append_text(Table& table, std::string_view text)
{
    for (const char c : text)
        append(table, c);
}

template <typename T>
void store(Table& table, std::size_t offset, T value)
{
    std::memcpy(table.data() + offset, &value, sizeof value);
}

/// Makes the bytes of [0, size) add up to 0 by the one at `offset`.
void store_checksum(Table& table, std::size_t size, std::size_t offset)
{
    std::uint8_t sum = 0;
    for (std::size_t i = 0; i < size; ++i)
        sum = static_cast<std::uint8_t>(sum + std::to_integer<std::uint8_t>(table[i]));
    store(table, offset, static_cast<std::uint8_t>(std::to_integer<std::uint8_t>(table[offset]) - sum));
}

/// The header that all tables but the RSDP have (§5.2.6), length and checksum still to come.
constexpr std::size_t length_offset = 4;
constexpr std::size_t checksum_offset = 9;

Table begin_table(std::string_view signature, std::uint8_t revision)
{
    Table table;
    append_text(table, signature);
    append(table, std::uint32_t{0}); // length
    append(table, revision);
    append(table, std::uint8_t{0}); // checksum
    append_text(table, "VITRIN");   // OEM
    append_text(table, "VITRINE ");
    append(table, std::uint32_t{1});
    append_text(table, "VTRN"); // creator
    append(table, std::uint32_t{1});
    return table;
}

GuestAddress finish_table(Table table, BootArea& area)
{
    store(table, length_offset, static_cast<std::uint32_t>(table.size()));
    store_checksum(table, table.size(), checksum_offset);
    return area.put(table);
}

/// AML for a 16550 at 0x3f8, interrupt 4: Device (COM1) { _HID PNP0501, _UID 0, _CRS }, in \_SB.
constexpr std::array<std::uint8_t, 58> serial_aml{
    0x10, 0x39, 0x5c, 0x5f, 0x53, 0x42, 0x5f,                         // Scope (\_SB)
    0x5b, 0x82, 0x31, 0x43, 0x4f, 0x4d, 0x31,                         // Device (COM1)
    0x08, 0x5f, 0x48, 0x49, 0x44, 0x0c, 0x41, 0xd0, 0x05, 0x01,       // Name (_HID, EisaId ("PNP0501"))
    0x08, 0x5f, 0x55, 0x49, 0x44, 0x00,                               // Name (_UID, 0)
    0x08, 0x5f, 0x43, 0x52, 0x53, 0x11, 0x16, 0x0a, 0x13,             // Name (_CRS, Buffer of 19 bytes)
    0x47, 0x01, 0xf8, 0x03, 0xf8, 0x03, 0x01, 0x08,                   // IO (Decode16, 0x3f8, 0x3f8, 1, 8)
    0x89, 0x06, 0x00, 0x03, 0x01, 0x04, 0x00, 0x00, 0x00, 0x79, 0x00, // Interrupt (Edge, ActiveHigh) {4}, end
};

GuestAddress put_dsdt(const MachineConfig& config, BootArea& area)
{
    Table table = begin_table("DSDT", 2);
    if (config.devices.serial)
        for (const std::uint8_t byte : serial_aml)
            append(table, byte);
    return finish_table(std::move(table), area);
}

/// §5.2.9. Hardware-reduced: there are no PM registers, SCI or PM timer to describe.
GuestAddress put_fadt(GuestAddress dsdt, const MachineConfig& config, BootArea& area)
{
    constexpr std::size_t size = 276;
    constexpr std::uint16_t has_8042 = 1 << 1;
    constexpr std::uint16_t no_vga = 1 << 2;
    constexpr std::uint16_t no_rtc = 1 << 5;
    constexpr std::uint32_t wbinvd = 1 << 0;
    constexpr std::uint32_t no_power_button = 1 << 4;
    constexpr std::uint32_t no_sleep_button = 1 << 5;
    constexpr std::uint32_t reset_register = 1 << 10;
    constexpr std::uint32_t hardware_reduced = 1 << 20;

    Table table = begin_table("FACP", 6);
    table.resize(size);
    std::uint32_t flags = wbinvd | no_power_button | no_sleep_button | hardware_reduced;
    std::uint16_t architecture = no_vga;
    if (!config.devices.rtc)
        architecture |= no_rtc;
    if (config.devices.i8042) {
        architecture |= has_8042;
        flags |= reset_register;
        const std::array<std::uint8_t, 4> io_byte{1, 8, 0, 1}; // Generic Address Structure: I/O space, 8 bits
        store(table, 116, io_byte);
        store(table, 120, std::uint64_t{0x64});
        store(table, 128, std::uint8_t{0xfe}); // the 8042's pulse-reset command
    }
    store(table, 40, static_cast<std::uint32_t>(dsdt.value));
    store(table, 109, architecture);
    store(table, 112, flags);
    store(table, 131, std::uint8_t{5}); // minor version: 6.5
    store(table, 140, dsdt.value);
    return finish_table(std::move(table), area);
}

void append_cpu(Table& table, std::uint32_t apic_id)
{
    constexpr std::uint32_t enabled = 1;
    if (apic_id < 255) { // §5.2.12.2
        append(table, std::array<std::uint8_t, 4>{0, 8, static_cast<std::uint8_t>(apic_id),
                                                  static_cast<std::uint8_t>(apic_id)});
        append(table, enabled);
    } else { // §5.2.12.12
        append(table, std::array<std::uint8_t, 4>{9, 16, 0, 0});
        append(table, apic_id);
        append(table, enabled);
        append(table, apic_id);
    }
}

/// §5.2.12
GuestAddress put_madt(const MachineConfig& config, const MachineFacts& facts, BootArea& area)
{
    constexpr std::uint32_t has_8259 = 1;
    Table table = begin_table("APIC", 5);
    append(table, local_apic_address);
    append(table, config.irqchip == IrqChip::kernel ? has_8259 : 0U);
    for (std::uint32_t cpu = 0; cpu < config.cpus; ++cpu)
        append_cpu(table, cpu);
    for (const abi::Device& device : facts.devices) {
        if (device.kind != abi::DeviceKind::ioapic)
            continue;
        append(table, std::array<std::uint8_t, 4>{1, 12, 0, 0}); // §5.2.12.3
        append(table, static_cast<std::uint32_t>(device.base));
        append(table, device.gsi);
    }
    append(table, std::array<std::uint8_t, 6>{4, 6, 0xff, 0, 0, 1}); // every CPU's LINT1 is NMI, §5.2.12.7
    return finish_table(std::move(table), area);
}

/// The list of all others: RSDT with 32-bit addresses (§5.2.7), XSDT with 64-bit ones (§5.2.8).
template <typename Address>
GuestAddress put_root(std::string_view signature, std::span<const GuestAddress> tables, BootArea& area)
{
    Table root = begin_table(signature, 1);
    for (const GuestAddress table : tables)
        append(root, static_cast<Address>(table.value));
    return finish_table(std::move(root), area);
}

/// §5.2.5.3. With an RSDT, too: many a small kernel knows nothing else.
Table make_rsdp(GuestAddress rsdt, GuestAddress xsdt)
{
    constexpr std::size_t first_version_size = 20;
    Table table;
    append_text(table, "RSD PTR ");
    append(table, std::uint8_t{0}); // checksum of what version 1 had
    append_text(table, "VITRIN");
    append(table, std::uint8_t{2}); // revision
    append(table, static_cast<std::uint32_t>(rsdt.value));
    append(table, std::uint32_t{36});
    append(table, xsdt.value);
    append(table, std::uint32_t{0}); // checksum of all, reserved
    store_checksum(table, first_version_size, 8);
    store_checksum(table, table.size(), 32);
    return table;
}

} // namespace

GuestAddress place_acpi_tables(Placement& placement, const MachineConfig& config, const MachineFacts& facts)
{
    constexpr std::uint64_t fixed = 1024; // RSDP, RSDT, XSDT, FADT, DSDT and the MADT's constant part, with padding
    constexpr std::uint64_t per_cpu = 16;
    const Bytes size{fixed + per_cpu * config.cpus + 16 * facts.devices.size()};
    BootArea area{placement,
                  {.what = "the ACPI tables",
                   .size = size,
                   .type = abi::MemoryType::acpi,
                   .lowest = bios_area,
                   .end = Placement::legacy_end}};
    const GuestAddress rsdp = area.reserve(Bytes{36}); // first, where a search for it begins
    const GuestAddress dsdt = put_dsdt(config, area);
    const std::array<GuestAddress, 2> tables{put_fadt(dsdt, config, area), put_madt(config, facts, area)};
    const GuestAddress rsdt = put_root<std::uint32_t>("RSDT", tables, area);
    const GuestAddress xsdt = put_root<std::uint64_t>("XSDT", tables, area);
    placement.memory().write(rsdp, make_rsdp(rsdt, xsdt));
    return rsdp;
}

} // namespace vitrine
