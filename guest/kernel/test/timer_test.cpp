// Timers on all CPUs at once: each expires once, not early, where it should; cancelled ones do not.
#include "arch/interrupts.hpp"
#include "kernel/fs/proc/proc_file.hpp"
#include "kernel/sync/preempt.hpp"
#include "kernel/test/crew.hpp"
#include "kernel/test/kernel_test.hpp"
#include "kernel/time/timekeeping.hpp"
#include "kernel/time/timer.hpp"
#include "kernel/time/timer_list.hpp"
#include "lib/late.hpp"

#include <array>

namespace kernel::test {
namespace {

constexpr u64 millisecond = 1'000'000;

/// What went wrong, on any CPU.
struct Faults {
    u32 early = 0;
    u32 elsewhere = 0;
    u32 out_of_place = 0;
    u32 wrong = 0;

    static void note(u32& fault, bool happened)
    {
        if (happened)
            __atomic_add_fetch(&fault, 1, __ATOMIC_RELAXED);
    }
    bool none() const
    {
        return check(early == 0, "a timer expired early") &&
               check(elsewhere == 0, "a timer expired on a CPU that did not start it") &&
               check(out_of_place == 0, "a timer expired in the wrong context") &&
               check(wrong == 0, "cancelling a timer, or what became of it, was wrong");
    }
};

class Alarm : public time::HighResolutionTimer {
public:
    explicit Alarm(Faults& faults) : HighResolutionTimer{ring}, faults_{faults} {}
    u32 rung() const { return __atomic_load_n(&rung_, __ATOMIC_ACQUIRE); }
    unsigned home = arch::cpu_id();

private:
    static void ring(HighResolutionTimer& timer)
    {
        auto& self = static_cast<Alarm&>(timer);
        Faults::note(self.faults_.early, time::monotonic() < timer.deadline());
        Faults::note(self.faults_.elsewhere, self.home != arch::cpu_id());
        Faults::note(self.faults_.out_of_place, !in_hardirq() || arch::interrupts_enabled());
        __atomic_add_fetch(&self.rung_, 1, __ATOMIC_RELEASE);
    }

    Faults& faults_;
    u32 rung_ = 0;
};

/// Of each pair one is cancelled.
void set_alarms(void* argument)
{
    Faults& faults = *static_cast<Faults*>(argument);
    constexpr unsigned count = 16;
    struct Pair {
        explicit Pair(Faults& all) : kept{all}, cancelled{all} {}
        Alarm kept;
        Alarm cancelled;
    };
    std::array<Late<Pair>, count> pairs;
    const u64 start = time::monotonic();
    for (unsigned index = 0; index < count; ++index) {
        Pair& pair = pairs[index].construct(faults);
        time::start(pair.kept, start + index % 7 * millisecond);
        time::start_after(pair.cancelled, 3600 * time::nanoseconds_per_second);
        time::start_after(pair.cancelled, 1800 * time::nanoseconds_per_second); // moved
    }
    for (auto& pair : pairs) {
        Faults::note(faults.wrong, !time::cancel(pair->cancelled));
        Faults::note(faults.wrong, time::cancel(pair->cancelled));
        while (pair->kept.rung() == 0)
            arch::relax();
        Faults::note(faults.wrong, time::cancel(pair->kept) || pair->kept.rung() != 1 || pair->cancelled.rung() != 0);
    }
}

bool alarms_ring_on_all_cpus()
{
    Faults faults;
    {
        Crew crew;
        crew.start_on_all(set_alarms, &faults);
    }
    return faults.none();
}

/// All CPUs start and cancel the same few timers, which expire meanwhile.
struct Quarrel {
    static constexpr unsigned rounds = 200;
    std::array<time::HighResolutionTimer, 4> timers{
        time::HighResolutionTimer{restart}, time::HighResolutionTimer{restart}, time::HighResolutionTimer{restart},
        time::HighResolutionTimer{restart}};

    static void restart(time::HighResolutionTimer& timer)
    {
        if (timer.deadline() % 3 == 0)
            time::start_after(timer, millisecond / 10);
    }
};

void quarrel_over_timers(void* argument)
{
    Quarrel& quarrel = *static_cast<Quarrel*>(argument);
    for (unsigned round = 0; round < Quarrel::rounds; ++round) {
        auto& timer = quarrel.timers[(round + arch::cpu_id()) % quarrel.timers.size()];
        if (round % 3 == 0)
            time::cancel(timer);
        else
            time::start_after(timer, round % 5 * (millisecond / 20));
    }
}

bool several_cpus_share_timers()
{
    Quarrel quarrel;
    {
        Crew crew;
        crew.start_on_all(quarrel_over_timers, &quarrel);
    }
    for (auto& timer : quarrel.timers) {
        time::cancel(timer);
        if (!check(!timer.is_pending(), "a cancelled timer is pending"))
            return false;
    }
    return true;
}

class TimeOut : public time::WheelTimer {
public:
    explicit TimeOut(Faults& faults) : WheelTimer{expire}, faults_{faults} {}
    u32 expired() const { return __atomic_load_n(&expired_, __ATOMIC_ACQUIRE); }
    unsigned home = arch::cpu_id();

private:
    static void expire(WheelTimer& timer)
    {
        auto& self = static_cast<TimeOut&>(timer);
        Faults::note(self.faults_.early, time::jiffies() <= timer.expires());
        Faults::note(self.faults_.elsewhere, self.home != arch::cpu_id());
        Faults::note(self.faults_.out_of_place, !in_serving_softirq());
        __atomic_add_fetch(&self.expired_, 1, __ATOMIC_RELEASE);
    }

    Faults& faults_;
    u32 expired_ = 0;
};

void set_time_outs(void* argument)
{
    Faults& faults = *static_cast<Faults*>(argument);
    TimeOut soon{faults};
    TimeOut later{faults};
    TimeOut never{faults};
    Faults::note(faults.wrong, time::mod_timer(soon, time::jiffies() + 1));
    time::mod_timer(later, time::jiffies() + 4);
    time::mod_timer(never, time::jiffies() + 1'000'000);
    Faults::note(faults.wrong, !time::mod_timer(never, time::jiffies() + 2'000'000));
    while (soon.expired() == 0 || later.expired() == 0)
        arch::relax();
    Faults::note(faults.wrong, time::timer_delete_sync(soon) || time::timer_delete_sync(later));
    Faults::note(faults.wrong, !time::timer_delete(never) || time::timer_delete_sync(never));
    Faults::note(faults.wrong, soon.expired() != 1 || later.expired() != 1 || never.expired() != 0);
}

bool time_outs_expire_on_all_cpus()
{
    Faults faults;
    {
        Crew crew;
        crew.start_on_all(set_time_outs, &faults);
    }
    return faults.none();
}

/// Also to CPUs that sleep and have nothing else to do.
bool time_outs_expire_where_they_are_put()
{
    Faults faults;
    for (CpuMask left = sched::online_cpus(); left != 0; left &= left - 1) {
        TimeOut time_out{faults};
        time_out.home = static_cast<unsigned>(__builtin_ctz(left));
        time::add_timer_on(time_out, time::jiffies() + 1, time_out.home);
        while (time_out.expired() == 0)
            arch::relax();
        time::timer_delete_sync(time_out);
    }
    return faults.none();
}

bool timers_expire()
{
    return alarms_ring_on_all_cpus() && several_cpus_share_timers() && time_outs_expire_on_all_cpus() &&
           time_outs_expire_where_they_are_put();
}

/// A timer for a time of day an hour ahead, and a clock that is put forward by two.
bool timers_follow_the_clock()
{
    constexpr u64 hour = 3600 * time::nanoseconds_per_second;
    static constinit u32 rung = 0;
    const auto ring = [](time::HighResolutionTimer&) { __atomic_add_fetch(&rung, 1, __ATOMIC_RELEASE); };
    time::HighResolutionTimer by_clock{ring, time::Clock::realtime};
    time::HighResolutionTimer by_duration{ring};
    const u64 before = time::realtime();
    time::start(by_clock, before + hour);
    time::start_after(by_duration, hour);

    const bool set = static_cast<bool>(time::set_realtime(before + 2 * hour));
    while (__atomic_load_n(&rung, __ATOMIC_ACQUIRE) == 0)
        arch::relax();
    const bool duration_goes_on = time::cancel(by_duration);
    const bool shown = time::realtime() >= before + 2 * hour;
    const bool set_back = static_cast<bool>(time::set_realtime(time::realtime() - 2 * hour));

    const auto too_early = time::set_realtime(0);
    return check(set && shown && set_back, "the clock cannot be set") &&
           check(!time::cancel(by_clock), "the timer has expired and is pending") &&
           check(duration_goes_on, "a duration changed with the clock") &&
           check(!too_early && too_early.error() == Errno::einval, "the boot was before 1970");
}

void never_rings(time::HighResolutionTimer&) {}

/// How often /proc/timer_list says so.
unsigned times_listed(std::string_view text)
{
    procfs::Writer out;
    for (const procfs::ProcEntry* const entry : procfs::entries())
        if (entry->path == "timer_list" && !entry->show(out))
            return 0;
    unsigned times = 0;
    for (std::size_t at = out.text().find(text); at != std::string_view::npos; at = out.text().find(text, at + 1))
        ++times;
    return times;
}

/// More than are shown in one piece, by two clocks; and no longer when they have been cancelled.
bool timers_are_listed()
{
    constexpr u64 hour = 3600 * time::nanoseconds_per_second;
    time::HighResolutionTimer by_clock{never_rings, time::Clock::realtime};
    std::array<Late<time::HighResolutionTimer>, 40> many;
    bool listed = check(times_listed("cpu: 0\n clock 0:\n") == 1 && times_listed(" clock 1:\n") != 0 &&
                            times_listed("Clock Event Device: ") != 0,
                        "something is missing");
    for (unsigned index = 0; index < many.size(); ++index)
        time::start(many[index].construct(never_rings), time::monotonic() + hour + index);
    listed &= check(times_listed("never_rings\n # expires at ") == many.size(), "a timer is missing");
    for (Late<time::HighResolutionTimer>& timer : many)
        time::cancel(*timer);
    listed &= check(times_listed("never_rings") == 0, "a timer is listed that is not pending");
    time::start(by_clock, time::realtime() + hour);
    listed &= check(times_listed("never_rings") == 1, "a timer by another clock is missing");
    time::cancel(by_clock);
    return listed;
}

/// A clock that runs at twice the speed it claims is used, for it looks good, until it is found out.
bool bad_clocks_are_found()
{
    static time::ClockSource honest = time::current_clock_source();
    honest.name = "honest";
    honest.rating = 1;
    honest.must_verify = false;
    static time::ClockSource bad = honest;
    bad.name = "bad";
    bad.rating = 999;
    bad.must_verify = true;
    bad.to_nanoseconds.shift == 0 ? bad.to_nanoseconds.mult *= 2 : --bad.to_nanoseconds.shift;

    time::register_clock_source(honest);
    time::register_clock_source(bad);
    bool goes_forward = check(&time::current_clock_source() == &bad, "the best clock source is not used");
    for (u64 last = 0; &time::current_clock_source() == &bad;) {
        const u64 now = time::monotonic();
        goes_forward &= now >= last;
        last = now;
    }
    time::unregister_clock_source(bad);
    time::unregister_clock_source(honest);
    return check(bad.unstable, "a clock source was given up without a reason") &&
           check(goes_forward, "time went backwards") &&
           check(&time::current_clock_source() != &honest, "a clock source that is gone is used");
}

} // namespace

KERNEL_TEST(timers, timers_expire);
KERNEL_TEST(timers_listed, timers_are_listed);
KERNEL_TEST(clock_watchdog, bad_clocks_are_found);
KERNEL_TEST(set_clock, timers_follow_the_clock);

} // namespace kernel::test
