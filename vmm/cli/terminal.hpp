#pragma once

#include <cstdio>

namespace vitrine::cli {

/// Whether to colour what is written there: a terminal that is not dumb, and NO_COLOR (no-color.org) is not set.
bool has_colour(std::FILE* stream);

} // namespace vitrine::cli
