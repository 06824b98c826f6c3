#pragma once

#include <filesystem>
#include <string>

namespace vitrine::guest_test {

/// Throws std::system_error.
void write_file(const std::filesystem::path& path, const std::string& text);

} // namespace vitrine::guest_test
