#include "vmm/observe/syscall_names.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace vitrine {

namespace {

struct Entry {
    std::uint64_t number;
    std::string_view name;
};

/// Made by CMake from <asm/unistd_64.h>.
constexpr Entry entries[] = {
#include "vmm/observe/syscall_names.inc"
};

constexpr auto table = [] {
    constexpr std::uint64_t last = std::max_element(std::begin(entries), std::end(entries), [](auto& a, auto& b) {
                                       return a.number < b.number;
                                   })->number;
    std::array<std::string_view, last + 1> names{};
    for (const Entry& entry : entries)
        names[entry.number] = entry.name;
    return names;
}();
static_assert(table[0] == "read" && table[60] == "exit");

} // namespace

std::string_view syscall_name(std::uint64_t number)
{
    return number < table.size() ? table[number] : std::string_view{};
}

} // namespace vitrine
