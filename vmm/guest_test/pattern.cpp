#include "vmm/guest_test/pattern.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <regex>

namespace vitrine::guest_test {
namespace {

/// std::regex recurses once a character: longer lines are cut.
constexpr std::size_t longest_line = 4096;

/// Line by line, the last one as far as it has come.
std::optional<std::size_t> find_regex(const std::regex& regex, std::string_view in, std::size_t from)
{
    for (std::size_t begin = from; begin <= in.size();) {
        const std::size_t end = std::min(in.find('\n', begin), in.size());
        const std::string_view line = in.substr(begin, std::min(end - begin, longest_line));
        std::match_results<std::string_view::const_iterator> match;
        if (std::regex_search(line.begin(), line.end(), match, regex))
            return begin + static_cast<std::size_t>(match.position(0) + match.length(0));
        begin = end + 1;
    }
    return std::nullopt;
}

} // namespace

std::optional<std::size_t> Pattern::find(std::string_view in, std::size_t from) const
{
    if (is_regex)
        return find_regex(std::regex{text}, in, from);
    const std::size_t at = in.find(text, from);
    return at == std::string_view::npos ? std::nullopt : std::optional{at + text.size()};
}

std::string Pattern::describe() const { return is_regex ? fmt::format("/{}/", text) : fmt::format("\"{}\"", text); }

} // namespace vitrine::guest_test
