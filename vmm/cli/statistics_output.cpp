#include "vmm/cli/statistics_output.hpp"

#include <CLI/App.hpp>
#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <map>
#include <system_error>

namespace vitrine::cli {

void StatisticsOutput::add_options(CLI::App& command)
{
    static const std::map<std::string, StatsFormat> formats{{"table", StatsFormat::table},
                                                            {"json", StatsFormat::json},
                                                            {"csv", StatsFormat::csv},
                                                            {"none", StatsFormat::none}};
    command.add_option("--stats", format, "How to show the VM exits: table, json, csv or none [table]")
        ->transform(CLI::CheckedTransformer(formats).description(""))
        ->type_name("FORMAT");
    command.add_option("--stats-file", file, "Where to show them [stderr]")->type_name("FILE");
}

void StatisticsOutput::open()
{
    if (file.empty())
        return;
    std::FILE* const created = std::fopen(file.c_str(), "we");
    if (created == nullptr)
        throw std::system_error{errno, std::generic_category(), "cannot write " + file};
    opened_.reset(created, &std::fclose);
}

void StatisticsOutput::write(const ExitStatistics& statistics) const
{
    const std::string text = format_statistics(statistics, format);
    std::FILE* const out = opened_ ? opened_.get() : stderr;
    const bool written = std::fwrite(text.data(), 1, text.size(), out) == text.size() && std::fflush(out) == 0;
    if (opened_ && !written)
        throw std::system_error{errno, std::generic_category(), "cannot write " + file};
}

} // namespace vitrine::cli
