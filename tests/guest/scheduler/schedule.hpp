#pragma once

#include "vmm/observe/trace_file.hpp"

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

/// What a trace says about who ran where and when.
namespace schedule {

/// A property that does not hold.
struct Broken : std::runtime_error {
    using std::runtime_error::runtime_error;
};

using Ticks = std::uint64_t; ///< of the time-stamp counter
using Pid = std::uint32_t;

/// A task's stay on a CPU, from one switch to the next.
struct Stay {
    Pid pid;
    unsigned cpu;
    Ticks begin;
    Ticks end;
    Pid next;       ///< who came then
    bool preempted; ///< it could have gone on
    /// Nanoseconds that the scheduler has accounted to it. It reads its clock before it decides, and the record of the
    /// switch comes after: as long after as that takes, which is not the same for all tasks where the kernel is slow.
    std::uint64_t runtime = 0;
    Ticks length() const { return end - begin; }
};

/// A record whose fields can be asked for by name.
class Event {
public:
    Event(const vitrine::Trace& trace, const vitrine::TraceEntry& entry);
    const std::string& name() const { return schema_->name; }
    Ticks time() const { return entry_->record.tsc; }
    unsigned cpu() const { return entry_->record.cpu; }
    std::uint64_t number(const std::string& field) const;
    std::string text(const std::string& field) const;

private:
    const std::uint64_t* words(const std::string& field) const;

    const vitrine::TraceEventSchema* schema_;
    const vitrine::TraceEntry* entry_;
};

class Schedule {
public:
    /// Throws Broken when the trace is not complete.
    explicit Schedule(const vitrine::Trace& trace);

    const std::vector<Event>& events() const { return events_; }
    const std::vector<Stay>& stays() const { return stays_; }
    /// In order of their PIDs. Throws Broken when there are not `count`.
    std::vector<Pid> named(const std::string& name, std::size_t count) const;
    const std::string& name_of(Pid pid) const;
    /// The values of all test_value events of that name.
    std::vector<std::uint64_t> values(const std::string& name) const;
    double seconds(Ticks ticks) const { return static_cast<double>(ticks) / ticks_per_second_; }

private:
    void note_switch(const Event& event, std::map<unsigned, Stay>& current);

    std::vector<Event> events_;
    std::vector<Stay> stays_; ///< in the order of their ends
    std::map<Pid, std::string> names_;
    std::map<Pid, std::uint64_t> runtimes_;  ///< when they last left a CPU
    std::map<Pid, std::uint64_t> last_runs_; ///< how much that was more than the time before
    double ticks_per_second_;
};

/// Throws Broken with `message`, formatted, unless `right`.
void require(bool right, const std::string& message);

} // namespace schedule
