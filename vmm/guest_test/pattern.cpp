#include "vmm/guest_test/pattern.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vitrine::guest_test {
namespace {

/// std::regex recurses once a character: longer lines are cut.
constexpr std::size_t longest_line = 4096;

} // namespace

std::optional<std::size_t> Pattern::find(std::string_view in, std::size_t from) const
{
    return Search{*this, from}.find(in);
}

std::string Pattern::describe() const { return is_regex ? fmt::format("/{}/", text) : fmt::format("\"{}\"", text); }

Search::Search(const Pattern& pattern, std::size_t from) : text_{pattern.text}, from_{from}
{
    if (pattern.is_regex)
        regex_.emplace(pattern.text);
}

std::optional<std::size_t> Search::find(std::string_view text) { return regex_ ? find_regex(text) : find_text(text); }

std::optional<std::size_t> Search::find_text(std::string_view text)
{
    const std::size_t at = text.find(text_, from_);
    if (at != std::string_view::npos)
        return at + text_.size();
    // Its last characters, but for one too few, may be the beginning of a match.
    if (text.size() >= text_.size())
        from_ = std::max(from_, text.size() - text_.size() + 1);
    return std::nullopt;
}

/// Line by line, the last one as far as it has come; that one is looked at again when there is more of it.
std::optional<std::size_t> Search::find_regex(std::string_view text)
{
    while (from_ <= text.size()) {
        const std::size_t end = text.find('\n', std::max(from_, seen_));
        const std::string_view line = text.substr(from_, std::min(end - from_, longest_line));
        const bool was_cut = seen_ >= from_ + longest_line; // then it has not changed
        std::match_results<std::string_view::const_iterator> match;
        if (!was_cut && std::regex_search(line.begin(), line.end(), match, *regex_))
            return from_ + static_cast<std::size_t>(match.position(0) + match.length(0));
        if (end == std::string_view::npos)
            break;
        from_ = end + 1;
    }
    seen_ = text.size();
    return std::nullopt;
}

} // namespace vitrine::guest_test
