#include "vmm/guest_test/find_tests.hpp"

#include <algorithm>
#include <fnmatch.h>
#include <stdexcept>
#include <system_error>

namespace vitrine::guest_test {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view suffix = ".test.json";

std::string without_suffix(std::string name)
{
    if (name.ends_with(suffix))
        name.resize(name.size() - suffix.size());
    return name;
}

std::vector<TestFile> tests_below(const fs::path& folder)
{
    std::vector<TestFile> found;
    std::error_code dangling; // a link that leads nowhere is no test
    for (const auto& entry : fs::recursive_directory_iterator{folder}) {
        if (entry.is_regular_file(dangling) && entry.path().string().ends_with(suffix))
            found.push_back({entry.path(), without_suffix(entry.path().lexically_relative(folder).string())});
    }
    std::sort(found.begin(), found.end(), [](const TestFile& a, const TestFile& b) { return a.name < b.name; });
    return found;
}

bool passes(const std::string& name, const std::string& filter)
{
    if (filter.find('*') != std::string::npos)
        return ::fnmatch(filter.c_str(), name.c_str(), 0) == 0;
    return name.find(filter) != std::string::npos;
}

} // namespace

std::vector<TestFile> find_tests(const std::vector<std::string>& paths, const std::string& filter)
{
    std::vector<TestFile> found;
    for (const std::string& path : paths) {
        if (fs::is_directory(path)) {
            const auto below = tests_below(path);
            found.insert(found.end(), below.begin(), below.end());
        } else if (fs::exists(path)) {
            found.push_back({path, without_suffix(fs::path{path}.filename().string())});
        } else {
            throw std::runtime_error{"no such test: " + path};
        }
    }
    std::erase_if(found, [&](const TestFile& test) { return !passes(test.name, filter); });
    return found;
}

} // namespace vitrine::guest_test
