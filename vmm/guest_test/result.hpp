#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace vitrine::guest_test {

enum class Verdict { passed, failed, skipped };

struct Result {
    Verdict verdict = Verdict::failed;
    std::string reason; ///< why it was skipped, or what failed: one line
    std::string log;    ///< of a failed test: console, death report, what the program said
    std::chrono::milliseconds time{};
    std::size_t runs = 1; ///< that it sums up
    std::chrono::milliseconds slowest{};
};

} // namespace vitrine::guest_test
