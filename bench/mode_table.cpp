#include "bench/mode_table.hpp"

#include <fmt/format.h>

namespace bench {
namespace {

std::string figure(const Samples& samples)
{
    if (samples.empty())
        return "-";
    const double median = samples.median();
    return fmt::format("{:.{}f}", median, median < 10 ? 2 : median < 100 ? 1 : 0);
}

std::string verdict(bool met) { return met ? "met" : "MISSED"; }

std::string describe_target(const ModeRow& row, double times)
{
    std::string text;
    const double ring3 = row.ring3.median();
    if (row.target.limit > 0) {
        const bool less = row.better == Better::less;
        text += fmt::format("  {} {} {}: {}", less ? "under" : "over", row.target.limit, row.unit,
                            verdict(less ? ring3 < row.target.limit : ring3 > row.target.limit));
    }
    if (row.target.times > 0)
        text += fmt::format("  {} times ring0: {}", row.target.times, verdict(times >= row.target.times));
    return text;
}

} // namespace

void print_modes(const std::string& title, const std::vector<ModeRow>& rows)
{
    fmt::print("\n{}\n  {:<52}{:>10}{:>10}{:>10}  target\n", title, "", "ring0", "ring3", "better");
    for (const ModeRow& row : rows) {
        fmt::print("  {:<52}{:>10}{:>10}", row.name + ", " + row.unit, figure(row.ring0), figure(row.ring3));
        if (row.ring0.empty() || row.ring3.empty() || row.ring3.median() == 0) {
            fmt::print("{:>10}\n", "-");
            continue;
        }
        const double a = row.ring0.median(), b = row.ring3.median();
        const double times = row.better == Better::less ? a / b : b / a;
        fmt::print("{:>9.{}f}x{}\n", times, times < 10 ? 2 : 0, describe_target(row, times));
    }
}

} // namespace bench
