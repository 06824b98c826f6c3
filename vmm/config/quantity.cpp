#include "vmm/config/quantity.hpp"

#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

namespace vitrine {
namespace {

/// Takes the number at the front of `text`; nothing if there is none or it is too large.
template <typename Number, typename... Format>
std::optional<Number> take_number(std::string_view& text, Format... format)
{
    if (text.empty() || text.front() < '0' || text.front() > '9')
        return std::nullopt;
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, format...);
    if (error != std::errc{})
        return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return value;
}

} // namespace

std::optional<Bytes> parse_size(std::string_view text)
{
    const auto number = take_number<std::uint64_t>(text);
    if (!number)
        return std::nullopt;
    unsigned shift = 0;
    if (!text.empty()) {
        const std::size_t unit = std::string_view{"KMGT"}.find(text.front());
        if (unit == std::string_view::npos || text.size() != 1)
            return std::nullopt;
        shift = 10 * (static_cast<unsigned>(unit) + 1);
    }
    if (*number > std::numeric_limits<std::uint64_t>::max() >> shift)
        return std::nullopt;
    return Bytes{*number << shift};
}

std::optional<std::chrono::nanoseconds> parse_duration(std::string_view text)
{
    static constexpr std::pair<std::string_view, double> units[] = {
        {"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}, {"h", 3600e9},
    };
    const auto number = take_number<double>(text, std::chars_format::fixed);
    if (!number)
        return std::nullopt;
    for (const auto& [name, nanoseconds] : units) {
        if (text != name)
            continue;
        const double value = std::round(*number * nanoseconds);
        if (!(value < 0x1p63))
            return std::nullopt;
        return std::chrono::nanoseconds{static_cast<std::int64_t>(value)};
    }
    return std::nullopt;
}

std::optional<GuestAddress> parse_address(std::string_view text)
{
    if (!text.starts_with("0x") || text.size() == 2)
        return std::nullopt;
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data() + 2, text.data() + text.size(), value, 16);
    if (error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return GuestAddress{value};
}

} // namespace vitrine
