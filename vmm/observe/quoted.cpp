#include "vmm/observe/quoted.hpp"

#include <fmt/format.h>

#include <cstddef>

namespace vitrine {
namespace {

constexpr bool is_octal_digit(char c) { return c >= '0' && c <= '7'; }

std::string escaped(char c, bool digit_follows)
{
    switch (c) {
    case '\n': return "\\n";
    case '\t': return "\\t";
    case '\r': return "\\r";
    case '\v': return "\\v";
    case '\f': return "\\f";
    case '"': return "\\\"";
    case '\\': return "\\\\";
    default: break;
    }
    if (c >= ' ' && c <= '~')
        return {c};
    const unsigned value = static_cast<unsigned char>(c);
    return digit_follows ? fmt::format("\\{:03o}", value) : fmt::format("\\{:o}", value);
}

} // namespace

std::string quoted(std::string_view bytes)
{
    std::string text = "\"";
    for (std::size_t i = 0; i < bytes.size(); ++i)
        text += escaped(bytes[i], i + 1 < bytes.size() && is_octal_digit(bytes[i + 1]));
    return text + '"';
}

} // namespace vitrine
