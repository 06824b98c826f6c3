#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace vitrine::guest_test {

struct TestFile {
    std::filesystem::path path;
    std::string name; ///< the file's name, below the folder that was asked for, without .test.json
};

/// The tests that the paths name: files as they are, folders with all *.test.json below them, sorted. `filter` is a
/// shell pattern when it has a `*`, otherwise a part of the name; empty: all. Throws std::runtime_error for a path that
/// is neither, std::filesystem::filesystem_error.
std::vector<TestFile> find_tests(const std::vector<std::string>& paths, const std::string& filter);

} // namespace vitrine::guest_test
