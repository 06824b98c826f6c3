#include "vmm/devices/interrupt_tester.hpp"

#include "vmm/devices/little_endian.hpp"

#include <algorithm>

namespace vitrine {

namespace tester = abi::interrupt_tester;

namespace {

constexpr std::uint64_t low_half = 0xffff'ffff;

bool is_register(std::uint64_t offset, std::size_t size)
{
    return size == sizeof(std::uint32_t) && offset % size == 0 && offset < tester::source_count * tester::window_size;
}

} // namespace

void InterruptTester::read(std::uint64_t offset, std::span<std::byte> data)
{
    if (!is_register(offset, data.size()))
        return;
    const std::lock_guard lock{mutex_};
    const Source& source = sources_[offset / tester::window_size];
    store_little_endian(data, read_register(source, offset % tester::window_size));
}

void InterruptTester::write(std::uint64_t offset, std::span<const std::byte> data)
{
    if (!is_register(offset, data.size()))
        return;
    const std::lock_guard lock{mutex_};
    write_register(static_cast<unsigned>(offset / tester::window_size), offset % tester::window_size,
                   static_cast<std::uint32_t>(load_little_endian(data)));
}

std::uint32_t InterruptTester::read_register(const Source& source, std::uint64_t which) const
{
    switch (which) {
    case tester::level: return source.high ? 1 : 0;
    case tester::message_address: return static_cast<std::uint32_t>(source.message.address);
    case tester::message_address_high: return static_cast<std::uint32_t>(source.message.address >> 32);
    case tester::message_data: return source.message.data;
    case tester::message_control:
        return (source.masked ? tester::message_masked : 0U) | (source.pending ? tester::message_pending : 0U);
    default: return 0;
    }
}

void InterruptTester::write_register(unsigned index, std::uint64_t which, std::uint32_t value)
{
    Source& source = sources_[index];
    std::uint64_t& address = source.message.address;
    switch (which) {
    case tester::level: set_level(index, (value & 1) != 0); break;
    case tester::pulse:
        for (std::uint32_t left = std::min(value, tester::most_at_once); left > 0; --left) {
            set_level(index, true);
            set_level(index, false);
        }
        break;
    case tester::message_address: address = (address & ~low_half) | value; break;
    case tester::message_address_high: address = (address & low_half) | std::uint64_t{value} << 32; break;
    case tester::message_data: source.message.data = value; break;
    case tester::message_control:
        source.masked = (value & tester::message_masked) != 0;
        if (!source.masked && source.pending)
            send(source);
        break;
    case tester::send:
        for (std::uint32_t left = std::min(value, tester::most_at_once); left > 0; --left)
            send(source);
        break;
    default: break;
    }
}

/// The pin is high while one of its sources is.
void InterruptTester::set_level(unsigned index, bool high)
{
    sources_[index].high = high;
    const std::size_t pin = index / tester::sources_per_pin;
    const auto shared = std::span{sources_}.subspan(pin * tester::sources_per_pin, tester::sources_per_pin);
    pins_[pin]->set_level(std::ranges::any_of(shared, &Source::high));
}

void InterruptTester::send(Source& source)
{
    source.pending = source.masked;
    if (!source.masked)
        messages_.send(source.message);
}

} // namespace vitrine
