#include "tests/guest/scheduler/checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace schedule {
namespace {

/// As guest/kernel/test/proof_test.cpp hires them.
struct Promise {
    std::string name;
    double runtime; ///< seconds
    double deadline;
};
const std::array<Promise, 3> promises{
    {{"deadline300", 0.030, 0.300}, {"deadline400", 0.040, 0.400}, {"deadline600", 0.060, 0.600}}};

struct Job {
    Pid pid;
    const Promise* promise;
    Ticks release;
    std::optional<Ticks> end; ///< it went to sleep, done
};

/// A deadline task as the trace goes by.
struct Server {
    const Promise* promise;
    bool ready = false;
    bool throttled = false;
    std::uint64_t deadline = 0; ///< the kernel's
};

class Edf {
public:
    explicit Edf(const Schedule& schedule) : schedule_{schedule}
    {
        for (const Promise& promise : promises)
            servers_[schedule.named(promise.name, 1).front()] = {&promise};
        for (const Event& event : schedule.events())
            note(event);
    }
    const std::vector<Job>& jobs() const { return jobs_; }
    unsigned picks() const { return picks_; }

private:
    void note(const Event& event)
    {
        if (event.name() == "sched_switch")
            return note_switch(event);
        if (event.name() != "sched_wakeup" && event.name() != "sched_throttle" && event.name() != "sched_replenish")
            return;
        const auto found = servers_.find(static_cast<Pid>(event.number("pid")));
        if (found == servers_.end())
            return;
        Server& server = found->second;
        if (event.name() == "sched_replenish")
            server.deadline = event.number("deadline");
        if (event.name() == "sched_wakeup") {
            server.ready = true;
            jobs_.push_back({found->first, server.promise, event.time(), {}});
        }
        if (event.name() != "sched_wakeup")
            server.throttled = event.name() == "sched_throttle";
    }

    void note_switch(const Event& event)
    {
        constexpr auto running = static_cast<std::uint64_t>(vitrine::abi::TaskState::running);
        const auto previous = servers_.find(static_cast<Pid>(event.number("prev")));
        if (previous != servers_.end() && event.number("prev_state") != running) {
            previous->second.ready = false;
            for (auto job = jobs_.rbegin(); job != jobs_.rend(); ++job)
                if (job->pid == previous->first) {
                    job->end = event.time();
                    break;
                }
        }
        const auto next = static_cast<Pid>(event.number("next"));
        ++picks_;
        const auto chosen = servers_.find(next);
        for (const auto& [pid, server] : servers_)
            require(!server.ready || server.throttled ||
                        (chosen != servers_.end() && chosen->second.deadline <= server.deadline),
                    fmt::format("{} came before {}, which was ready", schedule_.name_of(next), server.promise->name));
    }

    const Schedule& schedule_;
    std::map<Pid, Server> servers_;
    std::vector<Job> jobs_;
    unsigned picks_ = 0;
};

/// The task used up what it was promised for a period, in this job or in one before, whose overrun it then pays for.
bool was_throttled(const Schedule& schedule, Pid pid, Ticks begin, Ticks end)
{
    return std::any_of(schedule.events().begin(), schedule.events().end(), [&](const Event& event) {
        return event.name() == "sched_throttle" && event.number("pid") == pid && event.time() >= begin &&
               event.time() < end;
    });
}

/// The longest stay of another task that ran into [begin, end): no tick ended it, so the CPU was the host's.
Ticks longest_absence(const Schedule& schedule, Pid pid, Ticks begin, Ticks end)
{
    Ticks longest = 0;
    for (const Stay& stay : schedule.stays())
        if (stay.pid != pid && stay.begin < end && stay.end > begin)
            longest = std::max(longest, std::min(stay.end, end) - std::max(stay.begin, begin));
    return longest;
}

} // namespace

/// The order is exact. As for the deadlines: a task's runtime is counted by the guest's clock, so what the host takes
/// while a job runs counts as the job's. A job that so uses up what its task was promised has had its due. What the
/// host takes while another task runs ends no earlier than the host likes; that is told from lateness of ours by the
/// trace, as the one who ran did so for longer than any two of our ticks.
std::string check_deadlines(const Schedule& schedule)
{
    const Edf edf{schedule};
    unsigned met = 0;
    unsigned overran = 0;
    unsigned stolen = 0;
    for (const Job& job : edf.jobs()) {
        if (!job.end)
            continue; // the run ended first
        const double took = schedule.seconds(*job.end - job.release);
        const Ticks deadline = job.release + static_cast<Ticks>(job.promise->deadline *
                                                                static_cast<double>(*job.end - job.release) / took);
        if (took <= job.promise->deadline)
            ++met;
        else if (was_throttled(schedule, job.pid, job.release, deadline))
            ++overran;
        else if (schedule.seconds(longest_absence(schedule, job.pid, job.release, deadline)) > 0.060)
            ++stolen;
        else
            throw Broken{fmt::format("{} took {:.1f} ms", job.promise->name, took * 1000)};
    }
    require(met >= 8,
            fmt::format("{} jobs met their deadlines, {} overran, for {} the CPU was away", met, overran, stolen));
    return fmt::format("of {} picks none was wrong; {} jobs met their deadlines, {} overran their runtime, for {} the "
                       "host took the CPU\n",
                       edf.picks(), met, overran, stolen);
}

} // namespace schedule
