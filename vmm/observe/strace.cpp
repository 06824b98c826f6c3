#include "vmm/observe/strace.hpp"

#include "abi/trace.hpp"
#include "vmm/observe/syscall_names.hpp"
#include "vmm/observe/syscall_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace vitrine {
namespace {

constexpr std::size_t max_arguments = 6;

/// A system call that has begun and not ended.
struct Call {
    std::uint64_t number = 0;
    std::array<std::uint64_t, max_arguments> arguments{};
    std::array<std::optional<std::string>, max_arguments> data{};
    std::array<std::uint64_t, max_arguments> data_sizes{};
    bool interrupted = false; ///< its beginning has been printed
};

std::string name_of(std::uint64_t number)
{
    const std::string_view name = syscall_name(number);
    return name.empty() ? fmt::format("syscall_{:#x}", number) : std::string{name};
}

/// The parameters that the table has; of an unknown call all six registers.
std::vector<SyscallParameter> parameters_of(std::uint64_t number)
{
    const SyscallSignature* const signature = find_syscall(number);
    return signature != nullptr ? signature->parameters
                                : std::vector<SyscallParameter>{max_arguments, {.type = "Address", .name = {}}};
}

/// "a, b": the arguments [begin, end).
std::string format_arguments(const Call& call, const std::vector<SyscallParameter>& parameters, std::size_t begin,
                             std::size_t end)
{
    std::string text;
    for (std::size_t i = begin; i < end; ++i) {
        const SyscallData data{.bytes = call.data[i] ? *call.data[i] : std::string_view{}, .size = call.data_sizes[i]};
        text +=
            (i == 0 ? "" : ", ") + format_argument(parameters[i], call.arguments[i], call.data[i] ? &data : nullptr);
    }
    return text;
}

/// How many arguments can be shown when the call begins: those before the first that it is to fill.
std::size_t known_at_first(const std::vector<SyscallParameter>& parameters)
{
    const auto filled = std::find_if(parameters.begin(), parameters.end(),
                                     [](const SyscallParameter& each) { return each.type.starts_with("UserOut"); });
    return static_cast<std::size_t>(filled - parameters.begin());
}

/// Follows a trace's records.
class Strace {
public:
    explicit Strace(std::ostream& out) : out_{out} {}

    void take(std::string_view event, std::uint32_t task, std::span<const std::uint64_t> words)
    {
        if (event == "sys_enter" && words.size() > max_arguments)
            enter(task, words);
        else if (event == "sys_data" && words.size() > 2)
            note_data(task, words);
        else if (event == "sys_exit" && words.size() > 1)
            leave(task, static_cast<std::int64_t>(words[1]));
        else if (event == "task_exit" && words.size() > 1)
            end(static_cast<std::uint32_t>(words[0]), static_cast<std::int64_t>(words[1]));
    }

private:
    void enter(std::uint32_t task, std::span<const std::uint64_t> words)
    {
        Call call{.number = words[0]};
        std::copy_n(words.begin() + 1, max_arguments, call.arguments.begin());
        calls_[task] = call;
    }

    void note_data(std::uint32_t task, std::span<const std::uint64_t> words)
    {
        const auto call = calls_.find(task);
        if (call == calls_.end() || words[0] >= max_arguments)
            return;
        const auto bytes = words.subspan(2);
        const std::size_t size = std::min<std::size_t>(words[1], std::min(bytes.size_bytes(), abi::Excerpt::capacity));
        call->second.data[words[0]].emplace(reinterpret_cast<const char*>(bytes.data()), size);
        call->second.data_sizes[words[0]] = words[1];
    }

    void leave(std::uint32_t task, std::int64_t result)
    {
        const auto found = calls_.find(task);
        if (found == calls_.end())
            return; // began before the trace did
        const Call call = found->second;
        calls_.erase(found);
        split_others();
        const auto parameters = parameters_of(call.number);
        const std::size_t shown = call.interrupted ? known_at_first(parameters) : 0;
        line(task, fmt::format("{}{}) = {}",
                               call.interrupted ? fmt::format("<... {} resumed>", name_of(call.number))
                                                : name_of(call.number) + "(",
                               format_arguments(call, parameters, shown, parameters.size()),
                               format_syscall_result(name_of(call.number), result)));
    }

    void end(std::uint32_t task, std::int64_t status)
    {
        const auto call = calls_.find(task);
        if (call == calls_.end())
            return; // a kernel thread, or a task that was killed between two calls
        const auto parameters = parameters_of(call->second.number);
        if (!call->second.interrupted)
            line(task, fmt::format("{}({}) = ?", name_of(call->second.number),
                                   format_arguments(call->second, parameters, 0, parameters.size())));
        calls_.erase(call);
        line(task, fmt::format("+++ exited with {} +++", status));
    }

    /// What is going on in other tasks is shown before something else is.
    void split_others()
    {
        for (auto& [task, call] : calls_) {
            const auto parameters = parameters_of(call.number);
            if (!call.interrupted)
                line(task, fmt::format("{}({} <unfinished ...>", name_of(call.number),
                                       format_arguments(call, parameters, 0, known_at_first(parameters))));
            call.interrupted = true;
        }
    }

    void line(std::uint32_t task, std::string_view text) { out_ << fmt::format("{:<5} {}\n", task, text); }

    std::ostream& out_;
    std::map<std::uint32_t, Call> calls_;
};

} // namespace

void show_system_calls(const Trace& trace, std::ostream& out)
{
    Strace strace{out};
    for (const TraceEntry& entry : trace.entries)
        strace.take(trace.schema.at(entry.record.event).name, entry.record.task, entry.words());
    for (const TraceLosses& each : trace.losses)
        out << fmt::format("# vCPU {}: {} records dropped, {} times corrupt\n", each.cpu, each.dropped, each.malformed);
}

} // namespace vitrine
