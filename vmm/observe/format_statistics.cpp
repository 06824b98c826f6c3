#include "vmm/observe/exit_statistics.hpp"

#include "vmm/observe/format_duration.hpp"
#include "vmm/observe/text_table.hpp"

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include <iterator>
#include <numeric>

namespace vitrine {
namespace {

using std::chrono::nanoseconds;

nanoseconds total_root(const ExitStatistics& statistics)
{
    return std::accumulate(statistics.rows.begin(), statistics.rows.end(), nanoseconds{},
                           [](nanoseconds sum, const ExitRow& row) { return sum + row.root.total; });
}

double share_of(nanoseconds part, nanoseconds whole)
{
    return whole.count() == 0 ? 0.0 : static_cast<double>(part.count()) / static_cast<double>(whole.count());
}

std::string exits_as_table(const ExitStatistics& statistics)
{
    const nanoseconds whole = total_root(statistics);
    TextTable table{{"cpu", Align::right},   {"exit", Align::left},          {"detail", Align::left},
                    {"count", Align::right}, {"share", Align::right},        {"root min", Align::right},
                    {"mean", Align::right},  {"p50", Align::right},          {"p99", Align::right},
                    {"max", Align::right},   {"non-root mean", Align::right}};
    for (const ExitRow& row : statistics.rows)
        table.add({fmt::format("{}", row.cpu), row.reason, row.detail, fmt::format("{}", row.non_root.count),
                   fmt::format("{:.1f} %", 100 * share_of(row.root.total, whole)), format_duration(row.root.min),
                   format_duration(row.root.mean), format_duration(row.root.p50), format_duration(row.root.p99),
                   format_duration(row.root.max), format_duration(row.non_root.mean)});
    return table.text();
}

/// `vcpu 0: exits 12  io_exits 3`, wrapped; counters that stayed 0 are left out.
std::string counters_as_text(const std::vector<KvmCounter>& counters)
{
    constexpr std::size_t width = 110;
    std::string text;
    std::string line;
    std::string scope;
    const auto flush = [&] {
        if (!line.empty())
            text += line + '\n';
        line.clear();
    };
    for (const KvmCounter& counter : counters) {
        if (counter.value == 0)
            continue;
        const std::string item = fmt::format("  {} {}", counter.name, counter.value);
        if (counter.scope != scope) {
            flush();
            scope = counter.scope;
            line = fmt::format("{:>7}:", scope);
        } else if (line.size() + item.size() > width) {
            flush();
            line = fmt::format("{:>8}", "");
        }
        line += item;
    }
    flush();
    return text;
}

std::string as_table(const ExitStatistics& statistics)
{
    std::uint64_t exits = 0;
    nanoseconds non_root{};
    for (const ExitRow& row : statistics.rows) {
        exits += row.non_root.count;
        non_root += row.non_root.total;
    }
    std::string text = exits_as_table(statistics);
    text += fmt::format("{} exits in {}: {} in root mode, {} in the guest, over all CPUs\n", exits,
                        format_duration(statistics.elapsed), format_duration(total_root(statistics)),
                        format_duration(non_root));
    if (!statistics.kvm.empty())
        text += "counted inside KVM:\n" + counters_as_text(statistics.kvm);
    return text;
}

nlohmann::ordered_json as_json(const DurationSummary& summary)
{
    return {{"count", summary.count},          {"total_ns", summary.total.count()}, {"min_ns", summary.min.count()},
            {"mean_ns", summary.mean.count()}, {"p50_ns", summary.p50.count()},     {"p99_ns", summary.p99.count()},
            {"max_ns", summary.max.count()}};
}

std::string as_json(const ExitStatistics& statistics)
{
    const nanoseconds whole = total_root(statistics);
    nlohmann::ordered_json exits = nlohmann::ordered_json::array();
    for (const ExitRow& row : statistics.rows)
        exits.push_back({{"cpu", row.cpu},
                         {"reason", row.reason},
                         {"detail", row.detail},
                         {"count", row.non_root.count},
                         {"share", share_of(row.root.total, whole)},
                         {"root", as_json(row.root)},
                         {"non_root", as_json(row.non_root)}});
    nlohmann::ordered_json counters = nlohmann::ordered_json::object();
    for (const KvmCounter& counter : statistics.kvm)
        counters[counter.scope][counter.name] = counter.value;
    nlohmann::ordered_json first_output; // null: there was none
    if (statistics.first_output)
        first_output = statistics.first_output->count();
    const nlohmann::ordered_json document{{"elapsed_ns", statistics.elapsed.count()},
                                          {"first_output_ns", std::move(first_output)},
                                          {"kvm_run_returns", statistics.kvm_run_returns},
                                          {"exits", std::move(exits)},
                                          {"kvm", std::move(counters)}};
    return document.dump(2) + '\n';
}

void append_csv(std::string& text, const DurationSummary& summary)
{
    fmt::format_to(std::back_inserter(text), ",{},{},{},{},{},{}", summary.total.count(), summary.min.count(),
                   summary.mean.count(), summary.p50.count(), summary.p99.count(), summary.max.count());
}

/// RFC 4180. Device names and reasons are ours: none holds a comma or a quote.
std::string as_csv(const ExitStatistics& statistics)
{
    std::string text = "scope,reason,detail,count,root_total_ns,root_min_ns,root_mean_ns,root_p50_ns,root_p99_ns,"
                       "root_max_ns,non_root_total_ns,non_root_min_ns,non_root_mean_ns,non_root_p50_ns,"
                       "non_root_p99_ns,non_root_max_ns\n";
    for (const ExitRow& row : statistics.rows) {
        fmt::format_to(std::back_inserter(text), "vcpu {},{},{},{}", row.cpu, row.reason, row.detail,
                       row.non_root.count);
        append_csv(text, row.root);
        append_csv(text, row.non_root);
        text += '\n';
    }
    for (const KvmCounter& counter : statistics.kvm)
        fmt::format_to(std::back_inserter(text), "{},kvm,{},{},,,,,,,,,,,,\n", counter.scope, counter.name,
                       counter.value);
    return text;
}

} // namespace

std::string format_statistics(const ExitStatistics& statistics, StatsFormat format)
{
    switch (format) {
    case StatsFormat::table: return as_table(statistics);
    case StatsFormat::json: return as_json(statistics);
    case StatsFormat::csv: return as_csv(statistics);
    case StatsFormat::none: return {};
    }
    return {};
}

} // namespace vitrine
