#pragma once

#include "arch/trap_frame.hpp"

namespace arch {

/// What cannot be known but by running at CPL 3. On an ordinary processor both are true; a KVM backend that plays ring
/// 0 by emulation may do otherwise.
struct UserModeFacts {
    bool syscall_enters_ring0 = false;
    bool task_switched_stops_fpu = false; ///< CR0.TS makes FPU instructions raise #NM
};

/// Runs a few instructions at CPL 3. For the boot CPU with interrupts masked, SMEP off and CR0.TS set.
UserModeFacts probe_user_mode();

/// Whether this trap is the probe's. If so, the frame returns to where the probe goes on.
bool is_probe_trap(TrapFrame& frame, u64 vector);

} // namespace arch
