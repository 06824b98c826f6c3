#include "arch/x86_64/tsc.hpp"

#include "arch/clock.hpp"
#include "arch/cpu.hpp"
#include "arch/x86_64/registers.hpp"

#include <initializer_list>

namespace arch {
namespace {

/// The hypervisor's leaf for it (VMware's, also QEMU's and KVM's).
u64 khz_from_hypervisor()
{
    constexpr u32 base = 0x4000'0000;
    constexpr u32 timing = 0x4000'0010;
    constexpr u32 hypervisor_bit = 1U << 31;
    if ((cpuid(1).ecx & hypervisor_bit) == 0 || cpuid(base).eax < timing)
        return 0;
    return cpuid(timing).eax;
}

/// Crystal frequency times a ratio (Intel SDM vol. 2, CPUID 15H), or the base frequency (16H).
u64 khz_from_cpuid()
{
    const u32 last = cpuid(0).eax;
    if (last >= 0x15) {
        const CpuidLeaf ratio = cpuid(0x15);
        if (ratio.eax != 0 && ratio.ebx != 0 && ratio.ecx != 0)
            return u64{ratio.ecx} * ratio.ebx / ratio.eax / 1000;
    }
    return last >= 0x16 ? u64{cpuid(0x16).eax & 0xffff} * 1000 : 0;
}

constexpr u16 pit_channel0 = 0x40;
constexpr u16 pit_control = 0x43;

/// The output of the PIT's channel 0, by read-back. An absent PIT reads as ones.
bool pit_output()
{
    constexpr u8 latch_status_of_channel0 = 0xe2;
    constexpr u8 output = 1 << 7;
    out8(pit_control, latch_status_of_channel0);
    return (in8(pit_channel0) & output) != 0;
}

/// Times a count of the PIT (Intel 8254 data sheet). 0: there is none.
u64 khz_from_pit()
{
    constexpr u64 hertz = 1'193'182;
    constexpr u64 milliseconds = 10;
    constexpr u16 count = hertz * milliseconds / 1000;
    constexpr u8 channel0_one_shot = 0x30; // both bytes, mode 0: the output rises when the count is through

    out8(pit_control, channel0_one_shot);
    out8(pit_channel0, count & 0xff);
    out8(pit_channel0, count >> 8);
    const u64 begin = timestamp_counter();
    if (pit_output())
        return 0;
    while (!pit_output())
        relax();
    return (timestamp_counter() - begin) / milliseconds;
}

} // namespace

u64 timestamp_counter()
{
    u32 low;
    u32 high;
    asm volatile("rdtsc" : "=a"(low), "=d"(high));
    return u64{high} << 32 | low;
}

u64 find_tsc_khz(const vitrine::abi::BootInfo& boot)
{
    if (boot.tsc_khz != 0)
        return boot.tsc_khz;
    for (const auto source : {khz_from_hypervisor, khz_from_cpuid, khz_from_pit})
        if (const u64 khz = source(); khz != 0)
            return khz;
    constexpr u64 guess = 1'000'000;
    return guess;
}

} // namespace arch
