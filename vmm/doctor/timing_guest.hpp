#pragma once

#include "vmm/kvm/kvm.hpp"

#include <chrono>
#include <vector>

namespace vitrine::doctor {

/// What the timed guest found.
struct GuestTiming {
    double cycles_per_instruction = 0;           ///< of a register-only loop in ring 0
    std::vector<std::chrono::nanoseconds> exits; ///< from one PIO exit to the next, sorted
    std::chrono::nanoseconds create_vm{};        ///< KVM_CREATE_VM
};

/// Runs a 32-bit guest without paging: it times a loop of 1,000 `dec`/`jnz` with RDTSC, tells the cycles by a port
/// write, then writes to a port as fast as it can. Throws KvmError; std::runtime_error when the guest misbehaves or
/// takes over five seconds. Uses SIGALRM.
GuestTiming run_timing_guest(const Kvm& kvm);

} // namespace vitrine::doctor
