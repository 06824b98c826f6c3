#pragma once

#include "lib/types.hpp"

/// KVM's paravirtual clock: Documentation/virt/kvm/x86/msr.rst, MSR_KVM_SYSTEM_TIME_NEW and MSR_KVM_WALL_CLOCK_NEW.
namespace arch {

/// Written by the hypervisor; `version` is odd while it does so. One per CPU, within one page.
struct alignas(32) KvmTime {
    u32 version = 0;
    u32 padding0 = 0;
    u64 tsc_timestamp = 0; ///< TSC when
    u64 system_time = 0;   ///< this many nanoseconds had passed
    u32 tsc_to_system_mul = 0;
    signed char tsc_shift = 0;
    u8 flags = 0;
    u8 padding1[2] = {};
};
static_assert(sizeof(KvmTime) == 32);

/// The host keeps all CPUs' clocks together: PVCLOCK_TSC_STABLE_BIT. May change when the guest moves to another host.
inline bool is_stable(const KvmTime& time) { return (__atomic_load_n(&time.flags, __ATOMIC_RELAXED) & 1) != 0; }

bool has_kvm_clock();
/// Has the hypervisor keep `time` for this CPU.
void enable_kvm_clock(KvmTime& time);
u64 kvm_nanoseconds(const KvmTime& time);
u64 kvm_tsc_khz(const KvmTime& time);
/// Nanoseconds since 1970 when the clock stood at 0.
u64 kvm_boot_time();

} // namespace arch
