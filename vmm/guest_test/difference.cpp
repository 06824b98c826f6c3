#include "vmm/guest_test/difference.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace vitrine::guest_test {
namespace {

constexpr std::size_t lines_before = 3;
constexpr std::size_t lines_after = 3;

/// Where the line begins that `position` lies in; then `count` lines further up.
std::size_t line_start(std::string_view text, std::size_t position, std::size_t count = 0)
{
    for (;; --count) {
        const std::size_t newline = position == 0 ? std::string_view::npos : text.rfind('\n', position - 1);
        if (newline == std::string_view::npos)
            return 0;
        if (count == 0)
            return newline + 1;
        position = newline;
    }
}

/// `count` lines from `position` on, each behind `mark`.
std::string marked_lines(std::string_view text, std::size_t position, std::size_t count, char mark)
{
    std::string lines;
    for (; count != 0 && position < text.size(); --count) {
        const std::size_t end = std::min(text.find('\n', position), text.size());
        lines += fmt::format("{} {}\n", mark, text.substr(position, end - position));
        position = end + 1;
    }
    return lines.empty() ? fmt::format("{} (ends here)\n", mark) : lines;
}

} // namespace

std::string describe_difference(std::string_view expected, std::string_view found)
{
    const auto parting = std::mismatch(expected.begin(), expected.end(), found.begin(), found.end());
    const auto at = line_start(expected, static_cast<std::size_t>(parting.first - expected.begin()));
    const std::size_t context = line_start(expected, at, lines_before);
    const auto number = 1 + std::count(expected.begin(), expected.begin() + static_cast<std::ptrdiff_t>(at), '\n');
    const auto shared = static_cast<std::size_t>(std::count(expected.begin() + static_cast<std::ptrdiff_t>(context),
                                                            expected.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
    return fmt::format("line {} (- expected, + found):\n{}{}{}", number,
                       shared == 0 ? "" : marked_lines(expected, context, shared, ' '),
                       marked_lines(expected, at, lines_after, '-'), marked_lines(found, at, lines_after, '+'));
}

} // namespace vitrine::guest_test
