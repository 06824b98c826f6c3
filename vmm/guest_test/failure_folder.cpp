#include "vmm/guest_test/failure_folder.hpp"

#include "vmm/guest_test/write_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

namespace vitrine::guest_test {
namespace {

namespace fs = std::filesystem;

constexpr const char* unfinished = ".vtrace.part";

} // namespace

FailureFolder::FailureFolder(fs::path folder) : folder_{std::move(folder)}
{
    if (!folder_.empty())
        fs::create_directories(folder_);
}

FailureFolder::~FailureFolder()
{
    std::error_code gone;
    for (const auto& entry : fs::directory_iterator{folder_, gone}) {
        if (entry.path().string().ends_with(unfinished)) // of a run that was stopped
            fs::remove(entry.path(), gone);
    }
    if (fs::is_empty(folder_, gone))
        fs::remove(folder_, gone);
}

fs::path FailureFolder::trace_of(const std::string& test, std::size_t run) const
{
    return folder_.empty() ? fs::path{} : file(test, run, unfinished);
}

void FailureFolder::keep(const std::string& test, std::size_t run, const Result& result)
{
    if (folder_.empty())
        return;
    write_file(file(test, run, ".log"), fmt::format("{}\n{}", result.reason, result.log));
    if (const auto trace = trace_of(test, run); fs::exists(trace))
        fs::rename(trace, file(test, run, ".vtrace"));
}

void FailureFolder::drop(const std::string& test, std::size_t run)
{
    std::error_code was_not_traced;
    if (!folder_.empty())
        fs::remove(trace_of(test, run), was_not_traced);
}

fs::path FailureFolder::file(const std::string& test, std::size_t run, const char* suffix) const
{
    std::string name = test;
    std::replace(name.begin(), name.end(), '/', '.');
    return folder_ / fmt::format("{}.run{}{}", name, run, suffix);
}

} // namespace vitrine::guest_test
