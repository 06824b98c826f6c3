#include "bench/comparison.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <utility>

namespace bench {

double Samples::quantile(double fraction) const
{
    if (values_.empty())
        return std::nan("");
    std::vector<double> sorted = values_;
    std::sort(sorted.begin(), sorted.end());
    const double rank = std::round(fraction * static_cast<double>(sorted.size() - 1));
    return sorted[static_cast<std::size_t>(rank)];
}

Comparison::Row& Comparison::row(const std::string& name)
{
    const auto found = std::find_if(rows_.begin(), rows_.end(), [&](const Row& row) { return row.name == name; });
    return found != rows_.end() ? *found
                                : rows_.emplace_back(Row{.name = name, .samples = {}, .target = {}, .remark = {}});
}

Samples& Comparison::of(const std::string& name) { return row(name).samples; }

void Comparison::set_target(const std::string& name, Target target) { row(name).target = std::move(target); }

void Comparison::set_remark(const std::string& name, std::string remark) { row(name).remark = std::move(remark); }

void Comparison::print() const
{
    fmt::print("\n{}\n", title_);
    fmt::print("  {:<34}{:>10}{:>10}{:>10}{:>8}  target\n", "", "min " + unit_, "median", "p95", "ratio");
    const double base = rows_.empty() ? 0 : rows_.front().samples.median();
    for (const Row& row : rows_) {
        if (row.samples.empty()) {
            fmt::print("  {:<34}{}\n", row.name, row.remark.empty() ? "not measured" : row.remark);
            continue;
        }
        const double median = row.samples.median();
        fmt::print("  {:<34}{:>10.2f}{:>10.2f}{:>10.2f}{:>8.2f}", row.name, row.samples.quantile(0), median,
                   row.samples.quantile(0.95), median / base);
        if (row.target)
            fmt::print("  {}: {}", row.target->text, median <= row.target->limit ? "met" : "MISSED");
        fmt::print("\n");
    }
}

} // namespace bench
