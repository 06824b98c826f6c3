#include "vmm/guest_test/test_console.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <iterator>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace vitrine::guest_test {
namespace {

std::vector<Pattern> patterns_of(const std::vector<ConsoleStep>& steps)
{
    std::vector<Pattern> patterns;
    std::transform(steps.begin(), steps.end(), std::back_inserter(patterns),
                   [](const ConsoleStep& step) { return step.pattern; });
    return patterns;
}

} // namespace

TestConsole::TestConsole(const std::vector<ConsoleStep>& steps, std::function<void()> complete)
    : steps_{steps}, complete_{std::move(complete)}, match_{patterns_of(steps), [this](auto step) { matched(step); }}
{
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        throw std::system_error{errno, std::generic_category(), "pipe2"};
    read_end_ = UniqueFd{ends[0]};
    write_end_ = UniqueFd{ends[1]};
    ::fcntl(write_end_.get(), F_SETFL, O_NONBLOCK);
}

void TestConsole::matched(std::size_t step)
{
    // What does not fit into the pipe is not typed; a test that types 64 KiB unread will not find its next pattern.
    if (const std::string& text = steps_[step].type; !text.empty())
        (void)!::write(write_end_.get(), text.data(), text.size());
    if (step + 1 == steps_.size() && complete_)
        complete_();
}

} // namespace vitrine::guest_test
