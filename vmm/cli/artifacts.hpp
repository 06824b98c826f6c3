#pragma once

#include <filesystem>

namespace vitrine::cli {

/// The folder of Vitrine's own guest kernel and programs, for `${vitrine}` in configs: $VITRINE_ARTIFACTS, or ../guest
/// beside the folder that this program is in.
std::filesystem::path default_artifacts();

} // namespace vitrine::cli
