// The PC's clock sources: KVM's paravirtual clock, and the TSC.
#include "arch/clock.hpp"

#include "arch/interrupts.hpp"
#include "arch/x86_64/clock.hpp"
#include "arch/x86_64/cmos_clock.hpp"
#include "arch/x86_64/kvm_clock.hpp"
#include "arch/x86_64/per_cpu.hpp"
#include "arch/x86_64/registers.hpp"
#include "arch/x86_64/tsc.hpp"
#include "kernel/time/timekeeping.hpp"

namespace arch {
namespace {

constexpr u64 nanoseconds_per_second = 1'000'000'000;

constinit const KvmTime* boot_kvm_time = nullptr; ///< the boot CPU's; null: there is no KVM clock
constinit u64 khz = 0;

/// Where the host cannot keep the CPUs' clocks together, none may tell less than another has told.
u64 read_unstable_kvm_clock()
{
    static constinit u64 latest = 0;
    const InterruptsOff off; // this CPU's clock is read: stay on it
    const u64 now = kvm_nanoseconds(this_cpu().kvm_time);
    u64 told = __atomic_load_n(&latest, __ATOMIC_RELAXED);
    do
        if (now <= told)
            return told;
    while (!__atomic_compare_exchange_n(&latest, &told, now, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
    return now;
}

/// Where it can, one CPU's serves all.
u64 read_kvm_clock() { return is_stable(*boot_kvm_time) ? kvm_nanoseconds(*boot_kvm_time) : read_unstable_kvm_clock(); }

constinit kernel::time::ClockSource kvm_clock{.name = "kvm-clock", .rating = 400, .read = read_kvm_clock};
constinit kernel::time::ClockSource tsc_clock{.name = "tsc", .rating = 300, .read = timestamp_counter};

/// CPUID 80000007H: it runs at one speed whatever the processor does.
bool tsc_is_invariant()
{
    constexpr u32 extended = 0x8000'0000;
    constexpr u32 power_management = extended + 7;
    constexpr u32 invariant_tsc = 1 << 8;
    return cpuid(extended).eax >= power_management && (cpuid(power_management).edx & invariant_tsc) != 0;
}

/// Shorter to read than the KVM clock, which is made of it; but good only while the host promises that it stays the
/// same on all CPUs.
void set_up_tsc_clock()
{
    const bool kvm_vouches = boot_kvm_time != nullptr && is_stable(*boot_kvm_time);
    const bool invariant = tsc_is_invariant();
    if (kvm_vouches && invariant)
        kvm_clock.rating = tsc_clock.rating - 1; // as Linux does
    tsc_clock.must_verify = !kvm_vouches && !invariant;
    tsc_clock.to_nanoseconds = kernel::time::MultShift::between(khz * 1000, nanoseconds_per_second);
}

} // namespace

void set_up_clock(const vitrine::abi::BootInfo& boot)
{
    if (has_kvm_clock()) {
        boot_kvm_time = &this_cpu().kvm_time;
        start_clock_on_this_cpu();
        khz = kvm_tsc_khz(*boot_kvm_time);
    } else {
        khz = find_tsc_khz(boot);
    }
    set_up_tsc_clock();
    if (boot_kvm_time != nullptr)
        kernel::time::register_clock_source(kvm_clock);
    kernel::time::register_clock_source(tsc_clock);
}

void start_clock_on_this_cpu()
{
    if (boot_kvm_time != nullptr)
        enable_kvm_clock(this_cpu().kvm_time);
}

u64 tsc_khz() { return khz; }
u64 timestamp_khz() { return khz; }

u64 persistent_clock()
{
    return boot_kvm_time != nullptr ? kvm_boot_time() + read_kvm_clock() : read_cmos_clock() * nanoseconds_per_second;
}

} // namespace arch
