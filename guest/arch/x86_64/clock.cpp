#include "arch/clock.hpp"

#include "arch/interrupts.hpp"
#include "arch/x86_64/clock.hpp"
#include "arch/x86_64/cmos_clock.hpp"
#include "arch/x86_64/kvm_clock.hpp"
#include "arch/x86_64/local_apic.hpp"
#include "arch/x86_64/per_cpu.hpp"
#include "arch/x86_64/tsc.hpp"

#include <algorithm>

namespace arch {
namespace {

enum class Source { none, kvm, tsc };

constinit Source source = Source::none;
constinit u64 khz = 0;
constinit u64 tsc_at_boot = 0;
constinit u64 boot_time = 0; ///< nanoseconds since 1970 when the monotonic clock stood at 0; 0: not asked for yet

constexpr u64 nanoseconds_per_second = 1'000'000'000;
constexpr u64 nanoseconds_per_millisecond = 1'000'000;

u64 tsc_nanoseconds()
{
    const u64 ticks = timestamp_counter() - tsc_at_boot;
    // In two steps, so that nothing overflows.
    const u64 milliseconds = ticks / khz;
    return milliseconds * nanoseconds_per_millisecond +
           (ticks - milliseconds * khz) * nanoseconds_per_millisecond / khz;
}

} // namespace

void set_up_clock(const vitrine::abi::BootInfo& boot)
{
    if (has_kvm_clock()) {
        source = Source::kvm;
        start_clock_on_this_cpu();
        khz = kvm_tsc_khz(this_cpu().kvm_time);
        return;
    }
    khz = find_tsc_khz(boot);
    tsc_at_boot = timestamp_counter();
    source = Source::tsc;
}

void start_clock_on_this_cpu()
{
    if (source == Source::kvm)
        enable_kvm_clock(this_cpu().kvm_time);
}

u64 tsc_khz() { return khz; }
u64 timestamp_khz() { return khz; }

u64 monotonic_nanoseconds()
{
    switch (source) {
    case Source::kvm: {
        const InterruptsOff off; // this CPU's clock is read: stay on it
        return kvm_nanoseconds(this_cpu().kvm_time);
    }
    case Source::tsc: return tsc_nanoseconds();
    case Source::none: break;
    }
    return 0;
}

u64 realtime_nanoseconds()
{
    const u64 now = monotonic_nanoseconds();
    // Two CPUs that come here first at once find the same.
    if (boot_time == 0)
        boot_time = source == Source::kvm ? kvm_boot_time() : read_cmos_clock() * nanoseconds_per_second - now;
    return boot_time + now;
}

const char* clock_source_name() { return source == Source::kvm ? "kvm-clock" : "tsc"; }

void arm_timer(u64 deadline)
{
    // A far deadline is reached in steps: the timer then comes early, and is armed anew.
    constexpr u64 longest = nanoseconds_per_second;
    const u64 now = monotonic_nanoseconds();
    const u64 wait = deadline > now ? std::min(deadline - now, longest) : 0;
    local_apic::arm_timer(wait * khz / nanoseconds_per_millisecond + 1);
}

void disarm_timer() { local_apic::arm_timer(0); }

} // namespace arch
