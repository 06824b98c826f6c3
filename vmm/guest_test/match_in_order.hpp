#pragma once

#include "vmm/guest_test/pattern.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine::guest_test {

/// Follows a text as it grows, and finds patterns in it one after another. Carriage returns are left out of the text.
class MatchInOrder {
public:
    /// `matched` is called with the number of each pattern as it is found.
    explicit MatchInOrder(std::vector<Pattern> patterns, std::function<void(std::size_t)> matched = {});

    void append(std::string_view text);

    bool complete() const { return next_ == patterns_.size(); }
    std::string_view text() const { return text_; }
    /// Where the search for the next pattern began: the end of the last match.
    std::size_t position() const { return position_; }

    /// The text with a line at the place where the match stopped, and what was looked for.
    std::string explain() const;

private:
    std::vector<Pattern> patterns_;
    std::function<void(std::size_t)> matched_;
    std::string text_;
    std::size_t next_ = 0;
    std::optional<Search> search_; ///< for the next pattern
    std::size_t position_ = 0;
};

} // namespace vitrine::guest_test
