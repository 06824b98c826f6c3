#include "vmm/machine/bus.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <stdexcept>

namespace vitrine {
namespace {

/// The first range that starts after `address`.
auto upper_bound(const std::vector<BusRange>& ranges, std::uint64_t address)
{
    return std::upper_bound(ranges.begin(), ranges.end(), address,
                            [](std::uint64_t a, const BusRange& range) { return a < range.base; });
}

} // namespace

void Bus::attach(std::uint64_t base, std::uint64_t size, BusDevice& device)
{
    if (size == 0 || base + (size - 1) < base)
        throw std::invalid_argument{
            fmt::format("{}: no such address range: {:#x} bytes at {:#x}", device.name(), size, base)};
    const auto next = upper_bound(ranges_, base);
    const auto refuse = [&](const BusRange& taken) {
        throw std::invalid_argument{
            fmt::format("{} at {:#x} overlaps {} at {:#x}", device.name(), base, taken.device->name(), taken.base)};
    };
    if (next != ranges_.end() && next->base - base < size)
        refuse(*next);
    if (next != ranges_.begin() && base - std::prev(next)->base < std::prev(next)->size)
        refuse(*std::prev(next));
    ranges_.insert(next, {base, size, &device});
}

const BusRange* Bus::find(std::uint64_t address, std::size_t size) const
{
    const auto next = upper_bound(ranges_, address);
    if (next == ranges_.begin())
        return nullptr;
    const BusRange& range = *std::prev(next);
    const std::uint64_t offset = address - range.base;
    return offset < range.size && size <= range.size - offset ? &range : nullptr;
}

void Bus::read(std::uint64_t address, std::span<std::byte> data) const
{
    std::ranges::fill(data, std::byte{0xff});
    if (const BusRange* const range = find(address, data.size()))
        range->device->read(address - range->base, data);
}

void Bus::write(std::uint64_t address, std::span<const std::byte> data) const
{
    if (const BusRange* const range = find(address, data.size()))
        range->device->write(address - range->base, data);
}

} // namespace vitrine
