#include "vmm/guest_test/placeholders.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>

namespace vitrine::guest_test {
namespace {

constexpr std::string_view names[] = {"${seed}", "${cpus}", "${last_cpu}", "${cpu_list}"};

std::string cpu_list(unsigned cpus)
{
    std::vector<unsigned> numbers(cpus);
    std::iota(numbers.begin(), numbers.end(), 0U);
    return fmt::format("{}", fmt::join(numbers, " "));
}

} // namespace

Placeholders::Placeholders(std::uint64_t seed) : values_{{"${seed}", fmt::format("{}", seed)}} {}

Placeholders::Placeholders(std::uint64_t seed, const MachineConfig& machine)
    : values_{{"${seed}", fmt::format("{}", seed)},
              {"${cpus}", fmt::format("{}", machine.cpus)},
              {"${last_cpu}", fmt::format("{}", machine.cpus - 1)},
              {"${cpu_list}", cpu_list(machine.cpus)}}
{}

std::string Placeholders::expand(std::string_view text) const
{
    std::string out{text};
    for (const auto& [name, value] : values_) {
        for (std::size_t at = 0; (at = out.find(name, at)) != std::string::npos; at += value.size())
            out.replace(at, name.size(), value);
    }
    return out;
}

std::optional<std::string> Placeholders::unknown_in(std::string_view pattern)
{
    for (std::size_t at = 0; (at = pattern.find("${", at)) != std::string_view::npos; ++at) {
        const std::size_t end = pattern.find('}', at);
        if (end == std::string_view::npos)
            break;
        const std::string_view word = pattern.substr(at, end + 1 - at);
        if (std::find(std::begin(names), std::end(names), word) == std::end(names))
            return std::string{word};
    }
    return std::nullopt;
}

} // namespace vitrine::guest_test
