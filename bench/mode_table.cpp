#include "bench/mode_table.hpp"

#include <fmt/format.h>

namespace bench {
namespace {

std::string figure(const Samples& samples)
{
    if (samples.empty())
        return "-";
    const double median = samples.median();
    if (median == 0)
        return "-";
    return fmt::format("{:.{}f}", median, median < 10 ? 2 : median < 100 ? 1 : 0);
}

std::string verdict(bool met, Verdicts& verdicts)
{
    ++(met ? verdicts.met : verdicts.missed);
    return met ? "met" : "MISSED";
}

std::string judge_limit(const ModeRow& row, const Samples& samples, double limit, Verdicts& verdicts)
{
    if (limit <= 0)
        return {};
    const bool less = row.better == Better::less;
    const bool met = less ? samples.median() < limit : samples.median() > limit;
    return fmt::format("{} {} {}: {}", less ? "under" : "over", limit, row.unit, verdict(met, verdicts));
}

std::string judge(const ModeRow& row, double times, Verdicts& verdicts)
{
    std::string text;
    if (const auto ring3 = judge_limit(row, row.ring3, row.target.limit, verdicts); !ring3.empty())
        text += "  " + ring3;
    if (const auto ring0 = judge_limit(row, row.ring0, row.target.ring0_limit, verdicts); !ring0.empty())
        text += "  ring0 " + ring0;
    if (row.target.times > 0)
        text += fmt::format("  {} times ring0: {}", row.target.times, verdict(times >= row.target.times, verdicts));
    return text;
}

} // namespace

Verdicts print_modes(const std::string& title, const std::vector<ModeRow>& rows)
{
    Verdicts verdicts;
    fmt::print("\n{}\n  {:<52}{:>10}{:>10}{:>10}  target\n", title, "", "ring0", "ring3", "better");
    for (const ModeRow& row : rows) {
        fmt::print("  {:<52}{:>10}{:>10}", row.name.starts_with(' ') ? row.name + row.unit : row.name + ", " + row.unit,
                   figure(row.ring0), figure(row.ring3));
        if (row.ring0.empty() || row.ring3.empty() || row.ring3.median() == 0) {
            fmt::print("{:>10}\n", "-");
            continue;
        }
        const double a = row.ring0.median(), b = row.ring3.median();
        const double times = row.better == Better::less ? a / b : b / a;
        fmt::print("{:>9.{}f}x{}\n", times, times < 10 ? 2 : 0, judge(row, times, verdicts));
    }
    return verdicts;
}

} // namespace bench
