#include "tests/guest/scheduler/checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace schedule {
namespace {

/// From a task's first switch-in to its last: what it has run, and all of `pids` together.
struct Turns {
    std::uint64_t own = 0; ///< nanoseconds
    std::uint64_t all = 0;
    unsigned count = 0;
};

Turns turns_of(const Schedule& schedule, Pid pid, const std::set<Pid>& pids)
{
    Turns whole;
    Turns until_last;
    for (const Stay& stay : schedule.stays()) {
        if (stay.pid == pid) {
            until_last = whole;
            ++whole.count;
        }
        if (whole.count == 0 || !pids.contains(stay.pid))
            continue;
        whole.all += stay.runtime;
        whole.own += stay.pid == pid ? stay.runtime : 0;
    }
    return until_last;
}

} // namespace

/// Each task is measured from one moment at which it is picked to another: both times it is the one that has had the
/// least of its share, which is what the scheduler promises to keep equal. It is off by what others were ahead then, a
/// turn, or as long as the host took a CPU away: little, beside the length of the run.
std::string check_shares(const Schedule& schedule)
{
    struct Expected {
        std::string name;
        double weight;
    };
    const Expected all[] = {{"nice0", 1024}, {"nice5", 335}, {"nice10", 110}};
    std::set<Pid> pids;
    double weights = 0;
    for (const Expected& each : all) {
        pids.insert(schedule.named(each.name, 1).front());
        weights += each.weight;
    }
    std::string found;
    for (const Expected& each : all) {
        const Turns turns = turns_of(schedule, schedule.named(each.name, 1).front(), pids);
        require(turns.count >= 20, fmt::format("{} had {} turns only", each.name, turns.count));
        const double share = static_cast<double>(turns.own) / static_cast<double>(turns.all);
        const double right = each.weight / weights;
        const auto text = fmt::format("{} has {:.2f} % of {:.1f} s, its weight says {:.2f} %", each.name, share * 100,
                                      static_cast<double>(turns.all) / 1e9, right * 100);
        require(std::abs(share / right - 1) <= 0.03, text);
        found += text + "\n";
    }
    return found;
}

std::string check_fifo(const Schedule& schedule)
{
    const Pid fifo = schedule.named("fifo", 1).front();
    const std::set<Pid> fair{schedule.named("fair", 1).front(), schedule.named("fairer", 1).front()};
    unsigned sleeps = 0;
    unsigned preempted_fair = 0;
    for (const Stay& stay : schedule.stays()) {
        require(!(stay.pid == fifo && stay.preempted && fair.contains(stay.next)),
                "a fair task preempted the FIFO task");
        sleeps += stay.pid == fifo && !stay.preempted ? 1 : 0;
        preempted_fair += fair.contains(stay.pid) && stay.preempted && stay.next == fifo ? 1 : 0;
    }
    // Once the FIFO task has woken up, the next task that is picked is not a fair one.
    bool awake = false;
    for (const Event& event : schedule.events()) {
        if (event.name() == "sched_wakeup" && event.number("pid") == fifo)
            awake = true;
        if (event.name() != "sched_switch")
            continue;
        require(!(awake && fair.contains(static_cast<Pid>(event.number("next")))), "a fair task came before FIFO");
        awake = awake && event.number("next") != fifo;
    }
    const auto turns = schedule.values("turns");
    // It does not sleep, when the host is away until the time for that is over.
    require(turns.size() == 1 && sleeps >= turns.front() / 2, "the FIFO task hardly slept");
    require(preempted_fair >= 5, "the FIFO task hardly met the fair ones");
    return fmt::format("FIFO ran {} times and preempted fair tasks {} times, they never it\n", sleeps, preempted_fair);
}

std::string check_realtime_limit(const Schedule& schedule)
{
    const Pid hog = schedule.named("hog", 1).front();
    const Pid fair = schedule.named("fair", 1).front();
    unsigned given_way = 0;
    Ticks fair_time = 0;
    Ticks all_time = 0;
    for (const Stay& stay : schedule.stays()) {
        given_way += stay.pid == hog && stay.preempted && stay.next == fair ? 1 : 0;
        fair_time += stay.pid == fair ? stay.length() : 0;
        all_time += stay.pid == fair || stay.pid == hog ? stay.length() : 0;
    }
    const auto throttled = std::count_if(schedule.events().begin(), schedule.events().end(), [](const Event& event) {
        return event.name() == "sched_throttle" && event.text("reason") == "realtime";
    });
    require(given_way >= 1 && throttled >= 1, "the FIFO task was never throttled");
    const double share = static_cast<double>(fair_time) / static_cast<double>(all_time);
    // At least: from a period that a busy host has stretched the fair task takes more.
    require(share >= 0.03, fmt::format("the fair task had {:.1f} %", share * 100));
    return fmt::format("throttled {} times, the fair task had {:.1f} %\n", throttled, share * 100);
}

std::string check_busy_cpus(const Schedule& schedule)
{
    const auto pids = schedule.named("hog", 4);
    // From when all have run until the first ends.
    Ticks begin = 0;
    for (const Pid pid : pids) {
        const auto first = std::find_if(schedule.stays().begin(), schedule.stays().end(),
                                        [&](const Stay& stay) { return stay.pid == pid; });
        require(first != schedule.stays().end(), "a task has never run");
        begin = std::max(begin, first->begin);
    }
    const auto first_end = std::find_if(schedule.events().begin(), schedule.events().end(),
                                        [](const Event& event) { return event.name() == "task_exit"; });
    require(first_end != schedule.events().end() && first_end->time() > begin, "the tasks have not run together");
    Ticks busy[2] = {};
    Ticks idle[2] = {};
    for (const Stay& stay : schedule.stays()) {
        const Ticks from = std::max(stay.begin, begin);
        const Ticks to = std::min(stay.end, first_end->time());
        if (from < to)
            (stay.pid == 0 ? idle : busy)[stay.cpu] += to - from;
    }
    std::string found;
    for (unsigned cpu = 0; cpu < 2; ++cpu) {
        const auto text = fmt::format("CPU {} was busy for {:.3f} s and idle for {:.3f} s", cpu,
                                      schedule.seconds(busy[cpu]), schedule.seconds(idle[cpu]));
        require(busy[cpu] > 0 && idle[cpu] * 50 <= busy[cpu], text);
        found += text + "\n";
    }
    return found;
}

std::string check_pinning(const Schedule& schedule)
{
    std::map<Pid, std::set<unsigned>> cpus_of;
    for (const Stay& stay : schedule.stays())
        if (schedule.name_of(stay.pid) == "pinned")
            cpus_of[stay.pid].insert(stay.cpu);
    require(cpus_of.size() >= 2, "there are no pinned tasks");
    for (const auto& [pid, cpus] : cpus_of)
        require(cpus.size() == 1, fmt::format("pinned task {} ran on {} CPUs", pid, cpus.size()));
    unsigned migrations = 0;
    for (const Event& event : schedule.events()) {
        if (event.name() != "sched_migrate_task")
            continue;
        ++migrations;
        const auto pid = static_cast<Pid>(event.number("pid"));
        require(schedule.name_of(pid) != "pinned", fmt::format("pinned task {} migrated", pid));
    }
    require(migrations > 0, "nobody migrated");
    return fmt::format("{} pinned tasks stayed while others migrated {} times\n", cpus_of.size(), migrations);
}

std::string check_crowds(const Schedule& schedule)
{
    const auto tasks = schedule.values("tasks");
    const auto picks = schedule.values("picks");
    const auto comparisons = schedule.values("comparisons");
    require(tasks == std::vector<std::uint64_t>({10, 100, 1000}) && picks.size() == 3 && comparisons.size() == 3,
            "there are not three crowds");
    std::string found;
    for (std::size_t crowd = 0; crowd < 3; ++crowd) {
        const auto count = static_cast<double>(tasks[crowd]);
        const double each = static_cast<double>(comparisons[crowd]) / static_cast<double>(picks[crowd]);
        const auto text = fmt::format("{} tasks: {} picks with {:.1f} comparisons each, at most {:.1f} are right",
                                      tasks[crowd], picks[crowd], each, 2 * std::log2(count + 1));
        require(picks[crowd] >= 4 * tasks[crowd] && each <= 2 * std::log2(count + 1), text);
        found += text + "\n";
    }
    return found;
}

} // namespace schedule
