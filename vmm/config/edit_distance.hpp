#pragma once

#include <span>
#include <string>
#include <string_view>

namespace vitrine {

/// Insertions, deletions, replacements and swaps of neighbours that lead from one word to the other (optimal string
/// alignment), case ignored.
std::size_t edit_distance(std::string_view from, std::string_view to);

/// The candidate that was probably meant: `did you mean "memory"?`, or nothing when none is near.
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

} // namespace vitrine
