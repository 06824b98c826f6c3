#include "vmm/observe/trace_text.hpp"

#include "vmm/observe/quoted.hpp"
#include "vmm/observe/syscall_names.hpp"
#include "vmm/observe/tsc_time.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <ostream>

namespace vitrine {

namespace {

std::string format_syscall(std::uint64_t number)
{
    const std::string_view name = syscall_name(number);
    return name.empty() ? fmt::format("syscall_{}", number) : std::string{name};
}

/// Linux returns errors as -4095 to -1.
std::string format_result(std::int64_t value)
{
    const char* error = value < 0 && value >= -4095 ? strerrorname_np(static_cast<int>(-value)) : nullptr;
    return error != nullptr ? fmt::format("-{}", error) : fmt::format("{}", value);
}

std::string format_name(std::span<const std::uint64_t> words)
{
    std::array<char, sizeof(abi::Name)> text{};
    std::memcpy(text.data(), words.data(), std::min(text.size(), words.size_bytes()));
    std::string shown;
    for (const char c : text) {
        if (c == '\0')
            break;
        shown += c > ' ' && c <= '~' ? c : '?'; // the terminal is not the guest's to command
    }
    return shown;
}

/// Without the zeros at its end.
std::string_view excerpt_of(std::span<const std::uint64_t> words)
{
    const std::string_view bytes{reinterpret_cast<const char*>(words.data()), words.size_bytes()};
    const auto shown = bytes.substr(0, std::min(bytes.size(), abi::Excerpt::capacity));
    return shown.substr(0, shown.find_last_not_of('\0') + 1);
}

std::string format_task_state(std::uint64_t state)
{
    static constexpr std::array<std::string_view, 6> names{"running", "interruptible", "uninterruptible",
                                                           "stopped", "zombie",        "dead"};
    return state < names.size() ? std::string{names[state]} : fmt::format("{}", state);
}

std::string format_time(const Trace& trace, std::uint64_t ticks)
{
    if (trace.tsc_khz == 0)
        return fmt::format("{:>20}", ticks);
    const std::uint64_t nanoseconds = tsc_to_nanoseconds(ticks, trace.tsc_khz);
    return fmt::format("{:>6}.{:09}", nanoseconds / 1'000'000'000, nanoseconds % 1'000'000'000);
}

bool passes(const TraceEntry& entry, const TraceFilter& filter, const std::vector<bool>& events)
{
    return events[entry.record.event] && (!filter.cpu || entry.record.cpu == *filter.cpu) &&
           (!filter.task || entry.record.task == *filter.task);
}

} // namespace

std::string format_field(const TraceField& field, std::span<const std::uint64_t> words)
{
    if (words.empty())
        return {};
    const std::uint64_t value = words[0];
    const auto signed_value = static_cast<std::int64_t>(value);
    switch (field.format) {
    case abi::FieldFormat::hexadecimal: return fmt::format("{:#x}", value);
    case abi::FieldFormat::nanoseconds: return fmt::format("{}ns", value);
    case abi::FieldFormat::signed_decimal:
        return field.name == "result" ? format_result(signed_value) : fmt::format("{}", signed_value);
    case abi::FieldFormat::name: return format_name(words);
    case abi::FieldFormat::syscall: return format_syscall(value);
    case abi::FieldFormat::task_state: return format_task_state(value);
    case abi::FieldFormat::excerpt: return quoted(excerpt_of(words));
    case abi::FieldFormat::decimal:
    case abi::FieldFormat::bytes: break;
    }
    return fmt::format("{}", value);
}

std::string format_entry(const Trace& trace, const TraceEntry& entry, std::uint64_t origin)
{
    const TraceEventSchema& event = trace.schema.at(entry.record.event);
    std::string line = fmt::format("{}  cpu{:<2} {:>6}  {:<16}", format_time(trace, entry.record.tsc - origin),
                                   entry.record.cpu, entry.record.task, event.name);
    std::span<const std::uint64_t> words = entry.words();
    for (const TraceField& field : event.fields) {
        line += fmt::format(" {}={}", field.name, format_field(field, words));
        words = words.subspan(std::min<std::size_t>(field.words, words.size()));
    }
    return line;
}

void show_trace(const Trace& trace, const TraceFilter& filter, std::ostream& out)
{
    const std::vector<bool> events = select_events(trace.schema, filter.events);
    const std::uint64_t origin = trace.entries.empty() ? 0 : trace.entries.front().record.tsc;
    for (const TraceEntry& entry : trace.entries) {
        if (passes(entry, filter, events))
            out << format_entry(trace, entry, origin) << '\n';
    }
    for (const TraceLosses& each : trace.losses)
        out << fmt::format("# vCPU {}: {} records dropped, {} times corrupt\n", each.cpu, each.dropped, each.malformed);
}

void show_trace(const std::filesystem::path& file, const TraceFilter& filter, std::ostream& out)
{
    show_trace(load_trace(file), filter, out);
}

} // namespace vitrine
