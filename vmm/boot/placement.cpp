#include "vmm/boot/placement.hpp"

#include "vmm/boot/load_guest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <optional>

namespace vitrine {

namespace {

constexpr std::uint64_t mebibyte = 1 << 20;

constexpr std::uint64_t round_down(std::uint64_t value, std::uint64_t unit) { return value / unit * unit; }
constexpr std::uint64_t round_up(std::uint64_t value, std::uint64_t unit) { return round_down(value + unit - 1, unit); }

} // namespace

Placement::Placement(const GuestMemory& memory, std::filesystem::path image) : memory_{memory}, image_{std::move(image)}
{
    const auto add = [this](std::uint64_t begin, std::uint64_t end, abi::MemoryType type) {
        if (begin < end)
            ram_.push_back({begin, end, type});
    };
    for (const GuestMemory::Region& region : memory.regions()) {
        const std::uint64_t begin = region.base.value;
        const std::uint64_t end = begin + region.host.size();
        add(begin, std::min(end, legacy_begin.value), abi::MemoryType::usable);
        add(std::max(begin, legacy_begin.value), std::min(end, legacy_end.value), abi::MemoryType::reserved);
        add(std::max(begin, legacy_end.value), end, abi::MemoryType::usable);
    }
}

void Placement::claim(const std::string& what, GuestAddress base, Bytes size, abi::MemoryType type)
{
    if (size.value == 0)
        return;
    if (!memory_.contains(base, size)) {
        const std::string problem = fmt::format("{} goes to [{:#x}, +{:#x})", what, base.value, size.value);
        if (base.value >= GuestMemory::hole_begin.value || size > GuestMemory::hole_begin - base)
            throw ImageError{image_, problem + ", where a PC has no RAM: link it below 3 GiB"};
        fail_for_memory(problem, (base + size).value);
    }
    const Extent extent{round_down(base.value, page_size.value), round_up((base + size).value, page_size.value), type};
    if (!is_free(extent))
        throw ImageError{image_, fmt::format("{} goes to [{:#x}, {:#x}), of which a part is taken already: give it "
                                             "another address",
                                             what, extent.begin, extent.end)};
    take(extent);
}

GuestAddress Placement::place(const PlacementWish& wish)
{
    const std::uint64_t size = round_up(std::max<std::uint64_t>(wish.size.value, 1), page_size.value);
    const bool legacy = wish.lowest >= legacy_begin && wish.end <= legacy_end;
    std::optional<std::uint64_t> best;
    const auto consider = [&](std::uint64_t gap_begin, std::uint64_t gap_end) {
        const std::uint64_t begin = round_up(std::max(gap_begin, wish.lowest.value), wish.alignment.value);
        const std::uint64_t end = std::min(gap_end, wish.end.value);
        if (begin > end || size > end - begin)
            return;
        const std::uint64_t candidate = wish.from_top ? round_down(end - size, wish.alignment.value) : begin;
        if (!best || (wish.from_top && candidate > *best))
            best = candidate;
    };
    for (const Extent& ram : ram_) {
        if ((ram.type == abi::MemoryType::reserved) != legacy)
            continue;
        std::uint64_t gap = ram.begin;
        for (const Extent& taken : taken_) {
            if (taken.end <= gap || taken.begin >= ram.end)
                continue;
            consider(gap, taken.begin);
            gap = taken.end;
        }
        consider(gap, ram.end);
    }
    if (!best) {
        const auto add_size = [](std::uint64_t sum, const Extent& taken) { return sum + taken.end - taken.begin; };
        const std::uint64_t used = std::accumulate(taken_.begin(), taken_.end(), std::uint64_t{0}, add_size);
        fail_for_memory(fmt::format("there is no room for {} ({} bytes)", wish.what, wish.size.value),
                        std::max(used + size, memory_.size().value) + mebibyte);
    }
    take({*best, *best + size, wish.type});
    return {*best};
}

std::vector<abi::MemoryRange> Placement::memory_map() const
{
    std::vector<abi::MemoryRange> map;
    const auto add = [&map](std::uint64_t begin, std::uint64_t end, abi::MemoryType type) {
        if (begin >= end)
            return;
        if (!map.empty() && map.back().type == type && map.back().base + map.back().size == begin)
            map.back().size += end - begin;
        else
            map.push_back({.base = begin, .size = end - begin, .type = type, .padding = 0});
    };
    for (const Extent& ram : ram_) {
        std::uint64_t at = ram.begin;
        for (const Extent& taken : taken_) {
            if (taken.end <= at || taken.begin >= ram.end)
                continue;
            add(at, taken.begin, ram.type);
            at = std::min(taken.end, ram.end);
            add(std::max(taken.begin, ram.begin), at, taken.type);
        }
        add(at, ram.end, ram.type);
    }
    return map;
}

bool Placement::is_free(const Extent& extent) const
{
    return std::none_of(taken_.begin(), taken_.end(),
                        [&](const Extent& taken) { return taken.begin < extent.end && extent.begin < taken.end; });
}

void Placement::take(const Extent& extent)
{
    const auto after =
        std::find_if(taken_.begin(), taken_.end(), [&](const Extent& taken) { return taken.begin >= extent.end; });
    const bool joins_after = after != taken_.end() && after->begin == extent.end && after->type == extent.type;
    const auto before = after == taken_.begin() ? taken_.end() : after - 1;
    const bool joins_before = before != taken_.end() && before->end == extent.begin && before->type == extent.type;
    if (joins_before) {
        before->end = joins_after ? after->end : extent.end;
        if (joins_after)
            taken_.erase(after);
    } else if (joins_after) {
        after->begin = extent.begin;
    } else {
        taken_.insert(after, extent);
    }
}

void Placement::fail_for_memory(const std::string& problem, std::uint64_t needed) const
{
    throw ImageError{image_,
                     fmt::format("{}, but the guest has {} MiB of memory: set \"memory\" to \"{}M\" or more", problem,
                                 memory_.size().value / mebibyte, round_up(needed, mebibyte) / mebibyte)};
}

} // namespace vitrine
