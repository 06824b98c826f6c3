#include "vmm/machine/watchdog.hpp"

#include "vmm/observe/format_duration.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace vitrine {
Watchdog::Watchdog(boost::asio::io_context& loop, std::deque<VirtualCpu>& cpus, MachineControl& machine)
    : cpus_{cpus}, machine_{machine}, patrol_timer_{loop}, timeout_timer_{loop}
{}

void Watchdog::start(std::optional<Duration> timeout, std::optional<Duration> no_progress)
{
    if (timeout) {
        timeout_ = *timeout;
        timeout_timer_.expires_after(timeout_);
        timeout_timer_.async_wait([this](const boost::system::error_code& error) {
            if (!error)
                time_is_up(most_verdict_looks);
        });
    }
    if (no_progress) {
        no_progress_ = *no_progress;
        period_ = std::max(no_progress_ / looks_per_window, shortest_period);
        patrol();
    }
}

void Watchdog::ask_all()
{
    if (watched_.empty())
        for (VirtualCpu& cpu : cpus_)
            watched_.push_back({.cpu = cpu, .progress = {}});
    for (Watched& each : watched_)
        each.cpu.ask();
}

void Watchdog::collect_answers()
{
    for (Watched& each : watched_) {
        const auto sample = each.cpu.take_answer();
        each.answered = sample.has_value();
        if (sample)
            each.progress.observe(*sample);
    }
}

void Watchdog::patrol()
{
    ask_all();
    patrol_timer_.expires_after(period_);
    patrol_timer_.async_wait([this](const boost::system::error_code& error) {
        if (error)
            return;
        collect_answers();
        if (nothing_happens() && shortest_standstill() >= no_progress_)
            machine_.end(Ending::no_progress, status_timeout, "no progress: " + in_words());
        else
            patrol();
    });
}

void Watchdog::time_is_up(int looks_left)
{
    patrol_timer_.cancel();
    const bool is_verdict = looks_left < most_verdict_looks - 1 && all_known();
    if (is_verdict || looks_left == 0) {
        machine_.end(Ending::timeout, status_timeout,
                     fmt::format("time is up after {}: {}", format_duration(timeout_), in_words()));
        return;
    }
    ask_all();
    timeout_timer_.expires_after(verdict_period);
    timeout_timer_.async_wait([this, looks_left](const boost::system::error_code& error) {
        if (error)
            return;
        collect_answers();
        time_is_up(looks_left - 1);
    });
}

bool Watchdog::all_known() const
{
    return std::ranges::all_of(
        watched_, [](const Watched& each) { return each.answered && each.progress.activity() != Activity::unknown; });
}

/// Nobody is busy, and that will not change by itself: someone is stuck, or nobody can be woken. A vCPU that did not
/// answer is in a device's handler, which is ours to explain and not the guest's standstill.
bool Watchdog::nothing_happens() const
{
    const auto count = [this](auto predicate) { return std::ranges::count_if(watched_, predicate); };
    const auto is = [](Activity activity) {
        return [activity](const Watched& each) { return each.progress.activity() == activity; };
    };
    if (!all_known() || count(is(Activity::busy)) > 0)
        return false;
    return count(is(Activity::stuck)) > 0 || count(is(Activity::idle)) == 0;
}

/// Of those that stand still.
Watchdog::Duration Watchdog::shortest_standstill() const
{
    Duration shortest = Duration::max();
    for (const Watched& each : watched_)
        if (each.progress.activity() != Activity::idle)
            shortest = std::min<Duration>(shortest, each.progress.without_progress());
    return shortest;
}

std::string Watchdog::in_words() const
{
    std::string words;
    for (const Watched& each : watched_)
        words += fmt::format("{}vCPU {} {}", words.empty() ? "" : "; ", each.cpu.id(), activity_of(each.cpu.id()));
    return words;
}

std::string Watchdog::activity_of(unsigned cpu) const
{
    const auto found = std::ranges::find_if(watched_, [cpu](const Watched& each) { return each.cpu.id() == cpu; });
    if (found == watched_.end())
        return {};
    return found->answered ? found->progress.in_words() : "busy in the VMM: waiting for a device";
}

} // namespace vitrine
