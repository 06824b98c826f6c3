#include "tests/guest/scheduler/schedule.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace schedule {

void require(bool right, const std::string& message)
{
    if (!right)
        throw Broken{message};
}

Event::Event(const vitrine::Trace& trace, const vitrine::TraceEntry& entry)
    : schema_{&trace.schema.at(entry.record.event)}, entry_{&entry}
{}

const std::uint64_t* Event::words(const std::string& field) const
{
    const std::uint64_t* at = entry_->fields.data();
    for (const vitrine::TraceField& each : schema_->fields) {
        if (each.name == field)
            return at;
        at += each.words;
    }
    throw Broken{name() + " has no field " + field};
}

std::uint64_t Event::number(const std::string& field) const { return *words(field); }

std::string Event::text(const std::string& field) const
{
    std::array<char, sizeof(vitrine::abi::Name) + 1> text{};
    std::memcpy(text.data(), words(field), sizeof(vitrine::abi::Name));
    return text.data();
}

Schedule::Schedule(const vitrine::Trace& trace) : ticks_per_second_{static_cast<double>(trace.tsc_khz) * 1000}
{
    require(trace.losses.empty(), "records were lost");
    require(trace.tsc_khz != 0, "the frequency of the TSC is not known");
    std::map<unsigned, Stay> current;
    for (const vitrine::TraceEntry& entry : trace.entries) {
        const Event& event = events_.emplace_back(trace, entry);
        if (event.name() == "task_new")
            names_[static_cast<Pid>(event.number("pid"))] = event.text("comm");
        if (event.name() == "sched_stat_runtime") {
            const auto pid = static_cast<Pid>(event.number("pid"));
            last_runs_[pid] = event.number("runtime") - runtimes_[pid];
            runtimes_[pid] = event.number("runtime");
        }
        if (event.name() == "sched_switch")
            note_switch(event, current);
    }
}

void Schedule::note_switch(const Event& event, std::map<unsigned, Stay>& current)
{
    constexpr auto running = static_cast<std::uint64_t>(vitrine::abi::TaskState::running);
    const auto previous = static_cast<Pid>(event.number("prev"));
    const auto next = static_cast<Pid>(event.number("next"));
    if (const auto stay = current.find(event.cpu()); stay != current.end()) {
        require(stay->second.pid == previous, "a CPU leaves a task that it has not run");
        stay->second.end = event.time();
        stay->second.next = next;
        stay->second.runtime = last_runs_[previous];
        stay->second.preempted = event.number("prev_state") == running;
        stays_.push_back(stay->second);
    }
    current[event.cpu()] = {next, event.cpu(), event.time(), 0, 0, false, 0};
}

std::vector<Pid> Schedule::named(const std::string& name, std::size_t count) const
{
    std::vector<Pid> found;
    for (const auto& [pid, comm] : names_)
        if (comm == name)
            found.push_back(pid);
    require(found.size() == count, "there are " + std::to_string(found.size()) + " tasks " + name);
    return found;
}

const std::string& Schedule::name_of(Pid pid) const
{
    static const std::string unknown;
    const auto found = names_.find(pid);
    return found == names_.end() ? unknown : found->second;
}

std::vector<std::uint64_t> Schedule::values(const std::string& name) const
{
    std::vector<std::uint64_t> found;
    for (const Event& event : events_)
        if (event.name() == "test_value" && event.text("name") == name)
            found.push_back(event.number("value"));
    return found;
}

} // namespace schedule
