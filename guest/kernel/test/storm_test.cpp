// Storms: threads, interrupts between CPUs, and timers, by all CPUs at once, one kind after the other and all together.
// `storm_ms=N` on the command line: each lasts so long.
#include "arch/clock.hpp"
#include "arch/interrupts.hpp"
#include "kernel/init/command_line.hpp"
#include "kernel/mm/vmalloc.hpp"
#include "kernel/printk.hpp"
#include "kernel/smp/call_function.hpp"
#include "kernel/sync/completion.hpp"
#include "kernel/test/crew.hpp"
#include "kernel/test/kernel_test.hpp"
#include "kernel/time/timer.hpp"
#include "kernel/time/timer_list.hpp"

#include <array>

namespace kernel::test {
namespace {

constexpr unsigned default_length = 100; ///< milliseconds
constexpr u64 microsecond = 1'000;
constexpr u64 millisecond = 1'000'000;

/// Numbers that differ from CPU to CPU and from run to run (xorshift64).
class Dice {
public:
    u64 roll(u64 sides)
    {
        state_ ^= state_ << 13;
        state_ ^= state_ >> 7;
        state_ ^= state_ << 17;
        return state_ % sides;
    }

private:
    u64 state_ = arch::timestamp_counter() | 1;
};

class Storm {
public:
    bool goes_on() const { return arch::monotonic_nanoseconds() < end_; }
    void note(bool fault)
    {
        if (fault)
            faults_.increment();
    }
    void count() { events_.fetch_add(1, Order::relaxed); }

    bool is_over(std::string_view what) const
    {
        printk(LogLevel::notice, "storm: {} {}", events_.load(Order::relaxed), what);
        return check(faults_.get() == 0, "something was refused or lost in a storm");
    }

private:
    u64 end_ =
        arch::monotonic_nanoseconds() + u64{command_line::number("storm_ms").value_or(default_length)} * millisecond;
    Counter faults_;
    Atomic<u64> events_;
};

/// Threads: each CPU makes a few at a time, which run anywhere, and waits until they have ended.
struct ThreadStorm : Storm {};

struct Batch {
    explicit Batch(ThreadStorm& all) : storm{all} {}
    ThreadStorm& storm;
    Atomic<u32> left{0};
    Completion ended;
};

void live_shortly(void* argument)
{
    Batch& batch = *static_cast<Batch*>(argument);
    Dice dice;
    switch (dice.roll(4)) {
    case 0: break;
    case 1: sched::yield(); break;
    case 2: sched::sleep_until(arch::monotonic_nanoseconds() + dice.roll(200) * microsecond); break;
    default: {
        const preempt::Off off;
        arch::relax();
    }
    }
    batch.storm.count();
    if (batch.left.sub_fetch(1, Order::acq_rel) == 0)
        batch.ended.complete(); // the last access
}

void make_threads(void* argument)
{
    auto& storm = *static_cast<ThreadStorm*>(argument);
    Dice dice;
    do {
        Batch batch{storm};
        const u32 size = 1 + static_cast<u32>(dice.roll(8));
        batch.left.store(size + 1, Order::relaxed);
        for (u32 made = 0; made < size; ++made) {
            const auto task = sched::create_task("storm", live_shortly, &batch);
            storm.note(!task);
            if (task)
                sched::wake(*task.value());
            else
                batch.left.fetch_sub(1, Order::acq_rel);
        }
        if (batch.left.sub_fetch(1, Order::acq_rel) != 0)
            batch.ended.wait();
    } while (storm.goes_on());
}

/// Calls to one CPU, to some, to all, waited for or not, between reschedules and TLB shoot-downs.
struct InterruptStorm : Storm {
    Atomic<u64> sent;
    Atomic<u64> served;
};

void serve_call(void* argument)
{
    auto& storm = *static_cast<InterruptStorm*>(argument);
    storm.note(arch::interrupts_enabled());
    storm.served.fetch_add(1, Order::relaxed);
    storm.count();
}

void call_one(InterruptStorm& storm, Dice& dice)
{
    const auto cpu = static_cast<unsigned>(dice.roll(arch::online_cpu_count()));
    storm.sent.fetch_add(1, Order::relaxed);
    storm.note(!smp::call_function_single(cpu, serve_call, &storm, dice.roll(2) == 0));
}

void call_others(InterruptStorm& storm, bool wait)
{
    storm.sent.fetch_add(arch::online_cpu_count() - 1, Order::relaxed);
    smp::call_function(all_cpus, serve_call, &storm, wait);
}

void reschedule_one(Dice& dice)
{
    const auto cpu = static_cast<unsigned>(dice.roll(arch::online_cpu_count()));
    const arch::InterruptsOff off;
    if (cpu != arch::cpu_id())
        arch::send_reschedule(cpu);
}

/// Addresses that are unmapped must be forgotten by all CPUs before they are used anew.
void shoot_down(InterruptStorm& storm, Dice& dice)
{
    const u64 pages = 1 + dice.roll(40);
    const auto memory = mm::vmalloc(pages * page_size);
    storm.note(!memory);
    if (!memory)
        return;
    const u64 mark = dice.roll(~u64{0});
    for (u64 page = 0; page < pages; ++page)
        *reinterpret_cast<volatile u64*>(memory.value().value + page * page_size) = mark + page;
    for (u64 page = 0; page < pages; ++page)
        storm.note(*reinterpret_cast<volatile u64*>(memory.value().value + page * page_size) != mark + page);
    mm::vfree(memory.value());
}

void interrupt_others(void* argument)
{
    auto& storm = *static_cast<InterruptStorm*>(argument);
    Dice dice;
    do {
        switch (dice.roll(8)) {
        case 0: call_others(storm, false); break;
        case 1: call_others(storm, true); break;
        case 2:
            storm.sent.fetch_add(arch::online_cpu_count(), Order::relaxed);
            smp::on_each_cpu(serve_call, &storm);
            break;
        case 3: shoot_down(storm, dice); break;
        case 4:
        case 5: reschedule_one(dice); break;
        default: call_one(storm, dice); break;
        }
    } while (storm.goes_on());
    call_others(storm, true); // served behind all that this CPU has sent before
}

/// Timers of both kinds that all CPUs start, move and cancel while they expire and start themselves anew.
class StormAlarm : public time::HighResolutionTimer {
public:
    StormAlarm() : HighResolutionTimer{ring} {}
    Storm* storm = nullptr;

private:
    static void ring(HighResolutionTimer& timer)
    {
        auto& self = static_cast<StormAlarm&>(timer);
        self.storm->note(!in_hardirq());
        self.storm->count();
        if (self.deadline() % 2 == 0)
            time::start_after(timer, millisecond + self.deadline() % millisecond);
    }
};

class StormTimeOut : public time::WheelTimer {
public:
    StormTimeOut() : WheelTimer{expire} {}
    Storm* storm = nullptr;

private:
    static void expire(WheelTimer& timer)
    {
        auto& self = static_cast<StormTimeOut&>(timer);
        self.storm->note(!in_serving_softirq());
        self.storm->count();
        if (arch::timestamp_counter() % 2 == 0)
            time::mod_timer(timer, time::jiffies() + 1);
    }
};

struct TimerStorm : Storm {
    TimerStorm()
    {
        for (auto& alarm : alarms)
            alarm.storm = this;
        for (auto& time_out : time_outs)
            time_out.storm = this;
    }
    std::array<StormAlarm, 12> alarms;
    std::array<StormTimeOut, 12> time_outs;
};

void use_alarm(time::HighResolutionTimer& alarm, Dice& dice)
{
    switch (dice.roll(4)) {
    case 0: time::cancel(alarm); break;
    case 1: static_cast<void>(time::try_cancel(alarm)); break;
    default: time::start_after(alarm, dice.roll(2'000) * microsecond); break;
    }
}

void use_time_out(time::WheelTimer& time_out, Dice& dice)
{
    switch (dice.roll(4)) {
    case 0: time::timer_delete(time_out); break;
    case 1: time::timer_delete_sync(time_out); break;
    default: time::mod_timer(time_out, time::jiffies() + dice.roll(80)); break;
    }
}

void use_timers(void* argument)
{
    auto& storm = *static_cast<TimerStorm*>(argument);
    Dice dice;
    do {
        use_alarm(storm.alarms[dice.roll(storm.alarms.size())], dice);
        use_time_out(storm.time_outs[dice.roll(storm.time_outs.size())], dice);
        if (dice.roll(16) == 0)
            sched::sleep_until(arch::monotonic_nanoseconds() + dice.roll(500) * microsecond);
    } while (storm.goes_on());
}

bool is_over(const ThreadStorm& storm) { return storm.is_over("threads"); }

bool is_over(const InterruptStorm& storm)
{
    return storm.is_over("calls") && check(storm.sent.load(Order::relaxed) == storm.served.load(Order::relaxed),
                                           "a call was lost, or came twice");
}

/// Those that start themselves anew have to be stopped first.
bool is_over(TimerStorm& storm)
{
    bool quiet = true;
    for (auto& alarm : storm.alarms) {
        time::cancel(alarm);
        quiet &= !alarm.is_pending();
    }
    for (auto& time_out : storm.time_outs) {
        time::timer_delete_sync(time_out);
        quiet &= !time_out.is_pending();
    }
    return storm.is_over("timers") && check(quiet, "a timer that was cancelled is pending");
}

template <typename Kind>
bool survives(void (*work)(void* storm))
{
    Kind storm;
    {
        Crew crew;
        storm.note(!crew.start_on_all(work, &storm));
    }
    return is_over(storm);
}

bool survives_threads() { return survives<ThreadStorm>(make_threads); }
bool survives_interrupts() { return survives<InterruptStorm>(interrupt_others); }
bool survives_timers() { return survives<TimerStorm>(use_timers); }

bool survives_all()
{
    ThreadStorm threads;
    InterruptStorm interrupts;
    TimerStorm timers;
    {
        Crew makers;
        Crew callers;
        Crew users;
        threads.note(!makers.start_on_all(make_threads, &threads));
        interrupts.note(!callers.start_on_all(interrupt_others, &interrupts));
        timers.note(!users.start_on_all(use_timers, &timers));
    }
    const bool threads_right = is_over(threads);
    const bool interrupts_right = is_over(interrupts);
    return is_over(timers) && threads_right && interrupts_right;
}

} // namespace

KERNEL_TEST(storm_all, survives_all);
KERNEL_TEST(storm_timers, survives_timers);
KERNEL_TEST(storm_ipis, survives_interrupts);
KERNEL_TEST(storm_threads, survives_threads);

} // namespace kernel::test
