#include "vmm/devices/io_apic.hpp"

#include "vmm/devices/little_endian.hpp"

namespace vitrine {

namespace {

/// Memory-mapped registers. Data sheet §3.1.
enum Register : std::uint64_t { select_register = 0x00, window_register = 0x10 };

/// Registers behind the window. Data sheet §3.2.
enum Index : std::uint8_t { index_id = 0x00, index_version = 0x01, index_arbitration = 0x02, index_table = 0x10 };

constexpr std::uint32_t version = 0x11 | (IoApic::pin_count - 1) << 16;
constexpr std::uint32_t id_bits = 0x0f00'0000;

enum EntryBits : std::uint64_t {
    entry_logical_destination = 1ULL << 11,
    entry_remote_irr = 1ULL << 14,
    entry_level = 1ULL << 15,
    entry_masked = 1ULL << 16,
    entry_writable = 0xff00'0000'0001'afffULL, ///< but delivery status, Remote IRR and what is reserved
};

constexpr std::uint64_t msi_base = 0xfee0'0000;
constexpr std::uint64_t msi_redirection_hint = 1 << 3;
constexpr std::uint64_t msi_logical_destination = 1 << 2;
constexpr std::uint32_t msi_level_assert = 1 << 14;
constexpr std::uint32_t lowest_priority = 1;

} // namespace

bool IoApic::Entry::level() const { return (bits & entry_level) != 0; }
bool IoApic::Entry::masked() const { return (bits & entry_masked) != 0; }
bool IoApic::Entry::remote_irr() const { return (bits & entry_remote_irr) != 0; }
void IoApic::Entry::set_remote_irr(bool set) { bits = set ? bits | entry_remote_irr : bits & ~entry_remote_irr; }

/// Intel SDM vol. 3, §11.11: the entry's fields in an MSI's places.
MsiMessage IoApic::Entry::message() const
{
    const auto delivery_mode = static_cast<std::uint32_t>(bits >> 8 & 7);
    MsiMessage message{.address = msi_base | (bits >> 56) << 12, .data = vector() | delivery_mode << 8};
    if ((bits & entry_logical_destination) != 0)
        message.address |= msi_logical_destination;
    if (delivery_mode == lowest_priority)
        message.address |= msi_redirection_hint;
    if (level())
        message.data |= static_cast<std::uint32_t>(entry_level) | msi_level_assert;
    return message;
}

IoApic::IoApic(MsiSink& sink) : sink_{sink}
{
    entries_.fill({entry_masked});
    for (unsigned i = 0; i < pin_count; ++i) {
        pins_[i].owner_ = this;
        pins_[i].index_ = i;
    }
}

void IoApic::read(std::uint64_t offset, std::span<std::byte> data)
{
    const std::lock_guard lock{mutex_};
    if (offset == select_register)
        store_little_endian(data, selected_);
    else if (offset == window_register)
        store_little_endian(data, read_window());
    else
        store_little_endian(data, 0);
}

void IoApic::write(std::uint64_t offset, std::span<const std::byte> data)
{
    const auto value = static_cast<std::uint32_t>(load_little_endian(data));
    const std::lock_guard lock{mutex_};
    if (offset == select_register)
        selected_ = static_cast<std::uint8_t>(value);
    else if (offset == window_register && data.size() >= sizeof value)
        write_window(value);
}

std::uint32_t IoApic::read_window() const
{
    switch (selected_) {
    case index_id:
    case index_arbitration: return id_;
    case index_version: return version;
    default: break;
    }
    const unsigned pin = (selected_ - index_table) / 2U;
    if (selected_ < index_table || pin >= pin_count)
        return 0;
    return static_cast<std::uint32_t>(entries_[pin].bits >> (selected_ % 2 * 32));
}

void IoApic::write_window(std::uint32_t value)
{
    if (selected_ == index_id)
        id_ = value & id_bits;
    const unsigned pin = (selected_ - index_table) / 2U;
    if (selected_ < index_table || pin >= pin_count)
        return;
    const unsigned shift = selected_ % 2 * 32;
    const std::uint64_t half = std::uint64_t{0xffff'ffff} << shift;
    write_entry(pin, (entries_[pin].bits & ~half) | std::uint64_t{value} << shift);
}

void IoApic::write_entry(unsigned pin, std::uint64_t bits)
{
    Entry& entry = entries_[pin];
    entry.bits = (bits & entry_writable) | (entry.bits & entry_remote_irr);
    // Edge pins have no Remote IRR. Guests switch a pin to edge and back to clear it, for want of an EOI register.
    if (!entry.level())
        entry.set_remote_irr(false);
    // Masked or not: one that is in service may be masked before its EOI, which we must hear of all the same.
    sink_.route(pin, entry.level() ? std::optional{entry.message()} : std::nullopt);
    service_level(pin);
}

void IoApic::set_level(unsigned pin, bool high)
{
    const std::uint32_t bit = 1U << pin;
    const std::lock_guard lock{mutex_};
    const bool rises = high && (lines_ & bit) == 0;
    lines_ = high ? lines_ | bit : lines_ & ~bit;

    const Entry& entry = entries_[pin];
    if (entry.level())
        service_level(pin);
    else if (rises && !entry.masked())
        sink_.send(entry.message());
}

/// Sends a level pin's interrupt when it is due.
void IoApic::service_level(unsigned pin)
{
    Entry& entry = entries_[pin];
    const bool high = (lines_ >> pin & 1) != 0;
    if (!entry.level() || entry.masked() || entry.remote_irr() || !high)
        return;
    entry.set_remote_irr(true);
    sink_.send(entry.message());
}

void IoApic::eoi(std::uint8_t vector)
{
    const std::lock_guard lock{mutex_};
    for (unsigned pin = 0; pin < pin_count; ++pin) {
        Entry& entry = entries_[pin];
        if (!entry.level() || !entry.remote_irr() || entry.vector() != vector)
            continue;
        entry.set_remote_irr(false);
        service_level(pin);
    }
}

} // namespace vitrine
