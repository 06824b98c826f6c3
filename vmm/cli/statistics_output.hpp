#pragma once

#include "vmm/observe/exit_statistics.hpp"

#include <cstdio>
#include <memory>
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
    /// Creates the file: before the run, lest its results are lost. Throws std::system_error.
    void open();
    /// After open(). Throws std::system_error when the file cannot be written.
    void write(const ExitStatistics& statistics) const;

private:
    std::shared_ptr<std::FILE> opened_; ///< null: stderr
};

} // namespace vitrine::cli
