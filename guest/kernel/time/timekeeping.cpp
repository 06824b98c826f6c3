#include "kernel/time/timekeeping.hpp"

#include "arch/clock.hpp"
#include "kernel/printk.hpp"
#include "kernel/smp/call_function.hpp"
#include "kernel/sync/spin_lock.hpp"
#include "kernel/time/clock_watch.hpp"
#include "kernel/time/clock_watchdog.hpp"
#include "kernel/time/timekeeper.hpp"
#include "kernel/time/timer_hotplug.hpp"
#include "lib/locked.hpp"

#include <algorithm>

namespace kernel::time {
namespace {

constinit Timekeeper keeper;
/// Its lock is also that of all changes of `keeper`.
constinit Locked<ClockSources, IrqSafe> sources;

/// Asking for the time of day costs too much to be done at each boot: it waits until somebody wants to know.
constinit bool realtime_known = false; ///< released when the keeper's offset is right

/// Goes by the best source that there is. With `sources` locked.
void use_best(const ClockSources& all)
{
    const ClockSource* const best = all.best();
    if (best != nullptr && best != keeper.source())
        keeper.use(*best);
}

/// True when it found one. With `sources` locked.
bool find_unstable(const ClockSources& all, const ClockSource& reference)
{
    bool any = false;
    for (ClockSource* const source : all.all()) {
        if (!source->must_verify || source->unstable || watch(*source, reference) != WatchVerdict::unstable)
            continue;
        source->unstable = any = true;
        printk(LogLevel::warning, "clock source {} is unstable, says {}", source->name, reference.name);
    }
    return any;
}

[[gnu::noinline]] void find_realtime()
{
    const u64 now = arch::persistent_clock();
    sources.with([&](ClockSources&) {
        if (realtime_known)
            return;
        keeper.set_realtime_offset(now - keeper.monotonic());
        __atomic_store_n(&realtime_known, true, __ATOMIC_RELEASE);
    });
}

u64 realtime_offset()
{
    if (!__atomic_load_n(&realtime_known, __ATOMIC_ACQUIRE)) [[unlikely]]
        find_realtime();
    return keeper.realtime_offset();
}

} // namespace

u64 monotonic() { return keeper.monotonic(); }
u64 realtime() { return keeper.monotonic() + realtime_offset(); }
u64 offset_of(Clock clock) { return clock == Clock::realtime ? realtime_offset() : 0; }
u64 now(Clock clock) { return monotonic() + offset_of(clock); }

Result<void> set_realtime(u64 nanoseconds)
{
    const bool possible = sources.with([&](ClockSources&) {
        const u64 since_boot = keeper.monotonic();
        if (nanoseconds < since_boot)
            return false;
        keeper.set_realtime_offset(nanoseconds - since_boot);
        __atomic_store_n(&realtime_known, true, __ATOMIC_RELEASE);
        return true;
    });
    if (!possible)
        return Errno::einval;
    smp::on_each_cpu([](void*) { adopt_realtime_offset(); }, nullptr);
    return {};
}

void register_clock_source(ClockSource& source)
{
    sources.with([&](ClockSources& all) {
        if (!all.add(source))
            printk(LogLevel::warning, "no room for clock source {}", source.name);
        use_best(all);
    });
    watch_clock_sources();
}

void unregister_clock_source(ClockSource& source)
{
    sources.with([&](ClockSources& all) {
        all.remove(source);
        use_best(all);
    });
}

bool check_clock_sources()
{
    return sources.with([&](ClockSources& all) {
        if (keeper.source()->mask != ~u64{0})
            keeper.advance();
        const ClockSource* const reference = all.reference();
        if (reference != nullptr && find_unstable(all, *reference))
            use_best(all);
        const auto needs_check = [&](const ClockSource* source) {
            return reference != nullptr && source->must_verify && !source->unstable;
        };
        return keeper.source()->mask != ~u64{0} || std::ranges::any_of(all.all(), needs_check);
    });
}

const ClockSource& current_clock_source() { return *keeper.source(); }

} // namespace kernel::time
