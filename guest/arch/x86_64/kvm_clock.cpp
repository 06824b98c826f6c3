#include "arch/x86_64/kvm_clock.hpp"

#include "arch/clock.hpp"
#include "arch/x86_64/physical.hpp"
#include "arch/x86_64/registers.hpp"

namespace arch {
namespace {

struct alignas(4) KvmWallClock {
    u32 version = 0;
    u32 seconds = 0;
    u32 nanoseconds = 0;
};

/// The hypervisor writes between two changes of `version`: what was read while it was even and the same is whole.
/// Ordering: x86 loads are not reordered with one another; the compiler must not do so either.
template <typename Shared, typename Read>
auto read_consistently(const Shared& shared, Read read)
{
    for (;;) {
        const u32 before = __atomic_load_n(&shared.version, __ATOMIC_ACQUIRE);
        const auto value = read();
        asm volatile("" ::: "memory");
        if ((before & 1) == 0 && __atomic_load_n(&shared.version, __ATOMIC_ACQUIRE) == before)
            return value;
    }
}

bool find_kvm_clock()
{
    constexpr u32 signature_leaf = 0x4000'0000;
    constexpr u32 features_leaf = 0x4000'0001;
    constexpr u32 kvm[] = {0x4b4d'564b, 0x564b'4d56, 0x4d}; // "KVMKVMKVM"
    constexpr u32 clock_source2 = 1 << 3;
    const CpuidLeaf signature = cpuid(signature_leaf);
    return signature.ebx == kvm[0] && signature.ecx == kvm[1] && signature.edx == kvm[2] &&
           (cpuid(features_leaf).eax & clock_source2) != 0;
}

} // namespace

bool has_kvm_clock()
{
    static const bool found = find_kvm_clock(); // each CPUID is an exit, or a call of the monitor
    return found;
}

void enable_kvm_clock(KvmTime& time)
{
    constexpr u64 enable = 1;
    write_msr(Msr::kvm_system_time, physical_address(&time).value | enable);
}

u64 kvm_nanoseconds(const KvmTime& time)
{
    return read_consistently(time, [&] {
        u64 delta = timestamp_counter() - time.tsc_timestamp;
        delta = time.tsc_shift >= 0 ? delta << time.tsc_shift : delta >> -time.tsc_shift;
        return time.system_time +
               static_cast<u64>(static_cast<unsigned __int128>(delta) * time.tsc_to_system_mul >> 32);
    });
}

u64 kvm_tsc_khz(const KvmTime& time)
{
    return read_consistently(time, [&] {
        constexpr u64 nanoseconds_per_millisecond = 1'000'000;
        const u64 khz = (nanoseconds_per_millisecond << 32) / time.tsc_to_system_mul;
        return time.tsc_shift >= 0 ? khz >> time.tsc_shift : khz << -time.tsc_shift;
    });
}

u64 kvm_boot_time()
{
    static KvmWallClock wall;
    write_msr(Msr::kvm_wall_clock, physical_address(&wall).value);
    constexpr u64 nanoseconds_per_second = 1'000'000'000;
    return read_consistently(wall, [] { return wall.seconds * nanoseconds_per_second + wall.nanoseconds; });
}

} // namespace arch
