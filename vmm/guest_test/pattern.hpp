#pragma once

#include <cstddef>
#include <optional>
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

} // namespace vitrine::guest_test
