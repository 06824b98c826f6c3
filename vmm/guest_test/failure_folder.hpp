#pragma once

#include "vmm/guest_test/result.hpp"

#include <cstddef>
#include <filesystem>
#include <string>

namespace vitrine::guest_test {

/// Where failed runs leave what they showed: FOLDER/NAME.runN.log, and NAME.runN.vtrace of those that were traced. A
/// folder in which nothing remains is removed.
class FailureFolder {
public:
    /// Empty: nothing is kept. Throws std::filesystem::filesystem_error.
    explicit FailureFolder(std::filesystem::path folder);
    ~FailureFolder();
    FailureFolder(const FailureFolder&) = delete;
    FailureFolder& operator=(const FailureFolder&) = delete;

    /// Where a run writes its trace while nobody knows whether it will fail; empty when nothing is kept.
    std::filesystem::path trace_of(const std::string& test, std::size_t run) const;

    /// Throws std::system_error, std::filesystem::filesystem_error.
    void keep(const std::string& test, std::size_t run, const Result& result);
    void drop(const std::string& test, std::size_t run);

private:
    std::filesystem::path file(const std::string& test, std::size_t run, const char* suffix) const;

    std::filesystem::path folder_;
};

} // namespace vitrine::guest_test
