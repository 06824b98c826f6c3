#pragma once

#include "vmm/observe/exit_statistics.hpp"

#include <string>

namespace CLI {
class App;
}

namespace vitrine::cli {

/// Where the exit table goes, and how it looks: --stats and --stats-file.
struct StatisticsOutput {
    StatsFormat format = StatsFormat::table;
    std::string file; ///< empty: stderr

    void add_options(CLI::App& command);
    /// Throws std::system_error when the file cannot be written.
    void write(const ExitStatistics& statistics) const;
};

} // namespace vitrine::cli
