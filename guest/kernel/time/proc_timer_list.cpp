// /proc/timer_list, in the form of Linux's kernel/time/timer_list.c: each CPU's pending high-resolution timers, by
// clock and in the order in which they will expire, with the function that each calls; and what the CPU's clock event
// device is set for.
#include "arch/backtrace.hpp"
#include "kernel/fs/proc/proc_file.hpp"
#include "kernel/sched/schedule.hpp"
#include "kernel/time/clock_event.hpp"
#include "kernel/time/cpu_events.hpp"
#include "kernel/time/timekeeping.hpp"

#include <array>

namespace kernel::time {
namespace {

constexpr std::array<std::string_view, clock_count> clock_names = {"monotonic", "realtime", "boottime"};

/// From now; negative when it is late.
i64 distance(u64 deadline, u64 now) { return static_cast<i64>(deadline - now); }

void show_clock(procfs::Writer& out, unsigned cpu, Clock clock)
{
    const auto index = static_cast<unsigned>(clock);
    out.print(" clock {}:\n  .index:      {}\n  .resolution: 1 nsecs\n  .get_time:   {}\n  .offset:     {} nsecs\n"
              "active timers:\n",
              index, index, clock_names[index], offset_of(clock));
    const u64 time = now(clock);
    std::array<PendingTimer, 16> some{};
    unsigned number = 0;
    unsigned count = 0;
    do { // in pieces: the queue is locked meanwhile
        count = copy_pending(cpu, clock, number, some);
        for (const PendingTimer& timer : std::span{some}.first(count)) {
            out.print(" #{}: ", number++);
            arch::format_function(out, timer.function);
            out.print("\n # expires at {} nsecs [in {} nsecs]\n", timer.deadline, distance(timer.deadline, time));
        }
    } while (count == some.size());
}

void show_device(procfs::Writer& out, unsigned cpu)
{
    const ClockEventDevice& device = clock_event_device();
    out.print("Tick Device: mode:     1\nPer CPU device: {}\nClock Event Device: {}\n min_delta:      {} ticks\n"
              " max_delta:      {} ticks\n",
              cpu, device.name, device.min_ticks, device.max_ticks);
    if (const u64 next = armed_event(cpu); next == never)
        out.append(" next_event:     never\n");
    else
        out.print(" next_event:     {} nsecs\n", next);
    out.append(" event_handler:  on_timer_interrupt\n\n");
}

Result<void> show_timer_list(procfs::Writer& out)
{
    out.print("Timer List Version: v0.10\nHRTIMER_MAX_CLOCK_BASES: {}\nnow at {} nsecs\n\n", clock_count, monotonic());
    for (CpuMask rest = sched::online_cpus(); rest != 0; rest &= rest - 1) {
        const auto cpu = static_cast<unsigned>(__builtin_ctz(rest));
        out.print("cpu: {}\n", cpu);
        for (unsigned clock = 0; clock < clock_count; ++clock)
            show_clock(out, cpu, static_cast<Clock>(clock));
        out.append("\n");
    }
    for (CpuMask rest = sched::online_cpus(); rest != 0; rest &= rest - 1)
        show_device(out, static_cast<unsigned>(__builtin_ctz(rest)));
    return {};
}

PROC_FILE(timer_list, "timer_list", show_timer_list);

} // namespace
} // namespace kernel::time
