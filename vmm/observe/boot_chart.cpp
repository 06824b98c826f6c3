#include "vmm/observe/boot_chart.hpp"

#include "vmm/observe/trace_text.hpp"
#include "vmm/observe/tsc_time.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace vitrine {

namespace {

constexpr std::size_t bar_width = 48;

struct Step {
    std::string name;
    unsigned cpu;
    std::uint64_t begin; ///< TSC
    std::optional<std::uint64_t> end;
};

std::string step_name(const TraceEventSchema& event, const TraceEntry& entry)
{
    return event.fields.empty() ? std::string{} : format_field(event.fields[0], entry.words());
}

/// Pairs each end with the latest open begin of that name.
std::vector<Step> find_steps(const TraceSchema& schema, std::span<const TraceEntry> entries)
{
    std::vector<Step> steps;
    for (const TraceEntry& entry : entries) {
        const TraceEventSchema& event = schema.at(entry.record.event);
        if (event.name == "boot_step_begin") {
            steps.push_back({step_name(event, entry), entry.record.cpu, entry.record.tsc, {}});
        } else if (event.name == "boot_step_end") {
            const std::string name = step_name(event, entry);
            const auto open = std::find_if(steps.rbegin(), steps.rend(),
                                           [&](const Step& step) { return !step.end && step.name == name; });
            if (open != steps.rend())
                open->end = entry.record.tsc;
        }
    }
    return steps;
}

std::string format_milliseconds(std::uint64_t nanoseconds)
{
    return fmt::format("{:.3f} ms", static_cast<double>(nanoseconds) / 1e6);
}

/// `begin` and `end` out of `whole`, as a bar that is never empty.
std::string bar(std::uint64_t begin, std::uint64_t end, std::uint64_t whole)
{
    const auto column = [&](std::uint64_t at) {
        const double share = static_cast<double>(at) / static_cast<double>(std::max<std::uint64_t>(whole, 1));
        return std::min(static_cast<std::size_t>(share * bar_width), bar_width);
    };
    const std::size_t first = std::min(column(begin), bar_width - 1);
    const std::size_t last = std::clamp(column(end), first + 1, bar_width);
    std::string text(bar_width, ' ');
    std::fill(text.begin() + static_cast<std::ptrdiff_t>(first), text.begin() + static_cast<std::ptrdiff_t>(last), '#');
    return text;
}

} // namespace

std::string boot_chart(const TraceSchema& schema, std::span<const TraceEntry> entries, std::uint64_t tsc_khz)
{
    const std::vector<Step> steps = find_steps(schema, entries);
    if (steps.empty())
        return "The guest reported no boot steps.\n";
    if (tsc_khz == 0)
        return "The boot steps cannot be timed: the TSC's frequency is not known.\n";

    const std::uint64_t origin = steps.front().begin;
    std::uint64_t last = origin;
    std::size_t name_width = 4;
    for (const Step& step : steps) {
        last = std::max({last, step.begin, step.end.value_or(0)});
        name_width = std::max(name_width, step.name.size());
    }
    const auto since_origin = [&](std::uint64_t tsc) { return tsc_to_nanoseconds(tsc - origin, tsc_khz); };

    std::string chart = fmt::format("{:<{}}  cpu        start         time\n", "step", name_width);
    for (const Step& step : steps) {
        const std::uint64_t begin = since_origin(step.begin);
        const std::uint64_t end = since_origin(step.end.value_or(last));
        const std::string time = step.end ? format_milliseconds(end - begin) : "unfinished";
        chart += fmt::format("{:<{}}  {:>3} {:>12} {:>12}  |{}|\n", step.name, name_width, step.cpu,
                             format_milliseconds(begin), time, bar(begin, end, since_origin(last)));
    }
    return chart + fmt::format("{:<{}}  {:>30}\n", "all", name_width, format_milliseconds(since_origin(last)));
}

void BootRecorder::consume(std::span<const TraceEntry> entries)
{
    const std::lock_guard lock{mutex_};
    for (const TraceEntry& entry : entries) {
        const auto event = static_cast<abi::TraceEvent>(entry.record.event);
        const bool boot = event == abi::TraceEvent::boot_step_begin || event == abi::TraceEvent::boot_step_end;
        if (boot && entries_.size() < max_entries)
            entries_.push_back(entry);
    }
}

std::vector<TraceEntry> BootRecorder::entries() const
{
    const std::lock_guard lock{mutex_};
    std::vector<TraceEntry> sorted = entries_;
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const TraceEntry& a, const TraceEntry& b) { return a.record.tsc < b.record.tsc; });
    return sorted;
}

} // namespace vitrine
