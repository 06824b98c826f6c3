#pragma once

#include <cstddef>
#include <optional>
#include <regex>
#include <string>
#include <string_view>

namespace vitrine::guest_test {

/// A text to look for, or a regular expression (ECMAScript) to look for within a line.
struct Pattern {
    std::string text;
    bool is_regex = false;

    /// The end of the first match at or after `from`; nothing when there is none.
    std::optional<std::size_t> find(std::string_view in, std::size_t from) const;

    /// For messages: `"text"` or `/regex/`.
    std::string describe() const;
};

/// The search for a pattern in a text that grows. What has been searched is not searched again, so that a text that
/// comes in a million pieces costs no more than one that comes whole.
class Search {
public:
    /// Looks at or after `from`. Throws std::regex_error.
    Search(const Pattern& pattern, std::size_t from);

    /// The end of the first match. Each `text` begins with the one of the call before.
    std::optional<std::size_t> find(std::string_view text);

private:
    std::optional<std::size_t> find_text(std::string_view text);
    std::optional<std::size_t> find_regex(std::string_view text);

    std::string text_;
    std::optional<std::regex> regex_;
    std::size_t from_;     ///< no match begins before
    std::size_t seen_ = 0; ///< how long the text was; of a regular expression's alone
};

} // namespace vitrine::guest_test
