#include "vmm/guest_test/match_in_order.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace vitrine::guest_test {

MatchInOrder::MatchInOrder(std::vector<Pattern> patterns, std::function<void(std::size_t)> matched)
    : patterns_{std::move(patterns)}, matched_{std::move(matched)}
{}

void MatchInOrder::append(std::string_view text)
{
    std::remove_copy(text.begin(), text.end(), std::back_inserter(text_), '\r');
    while (!complete()) {
        if (!search_)
            search_.emplace(patterns_[next_], position_);
        const auto end = search_->find(text_);
        if (!end)
            return;
        position_ = *end;
        search_.reset();
        const std::size_t number = next_++;
        if (matched_)
            matched_(number);
    }
}

std::string MatchInOrder::explain() const
{
    if (complete())
        return text_;
    // The rest of the line where the last match ended belongs above the marker, so that no line is torn.
    const std::size_t line_end = text_.find('\n', position_);
    const std::size_t split = position_ == 0 ? 0 : line_end == std::string::npos ? text_.size() : line_end + 1;
    const std::string_view above = std::string_view{text_}.substr(0, split);
    return fmt::format("{}{}>>>>>>>> {} of {} patterns matched up to here; not found after it: {}\n{}", above,
                       above.empty() || above.ends_with('\n') ? "" : "\n", next_, patterns_.size(),
                       patterns_[next_].describe(), std::string_view{text_}.substr(split));
}

} // namespace vitrine::guest_test
