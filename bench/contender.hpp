#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

/// Programs that run the same guest side by side, and what can be seen of them from outside.
namespace bench {

struct Contender {
    std::string name;
    std::vector<std::string> command; ///< an absolute path and its arguments
};

using Milliseconds = std::chrono::duration<double, std::milli>;

/// One run, seen from the execve on.
struct Run {
    Milliseconds marker{-1};     ///< until the marker was complete on stdout; less than 0: never
    Milliseconds exit{};         ///< until the process was gone
    int status = 0;              ///< as waitpid gives it
    std::string console;         ///< stdout
    bool finished = false;       ///< it ended by itself, before the deadline
    double resident_mib = 0;     ///< when the marker came: resident memory beyond the guest's RAM
    double proportional_mib = 0; ///< ... its proportional share: pages shared with other processes count in part
};

struct RunOptions {
    std::string_view marker{};         ///< what to wait for on stdout
    std::chrono::seconds deadline{30}; ///< then it is killed
    std::size_t guest_ram = 0;         ///< bytes; when not 0, memory is looked at and the process ended at the marker
};

/// Throws std::system_error when the host cannot start processes.
Run run(const Contender& contender, const RunOptions& options);

} // namespace bench
