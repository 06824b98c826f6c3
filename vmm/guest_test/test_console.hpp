#pragma once

#include "vmm/guest_test/guest_test.hpp"
#include "vmm/guest_test/match_in_order.hpp"
#include "vmm/kvm/unique_fd.hpp"

#include <functional>
#include <string_view>

namespace vitrine::guest_test {

/// The console of a guest under test: follows its output, and types what the test says.
class TestConsole {
public:
    /// `complete` is called when the last pattern has appeared; may be empty. Throws std::system_error.
    TestConsole(const std::vector<ConsoleStep>& steps, std::function<void()> complete);

    void output(std::string_view text) { match_.append(text); }
    /// What the guest reads; a pipe.
    int input() const { return read_end_.get(); }
    const MatchInOrder& match() const { return match_; }

private:
    void matched(std::size_t step);

    const std::vector<ConsoleStep>& steps_;
    std::function<void()> complete_;
    UniqueFd read_end_;
    UniqueFd write_end_;
    MatchInOrder match_;
};

} // namespace vitrine::guest_test
