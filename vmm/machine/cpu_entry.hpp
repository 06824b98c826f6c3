#pragma once

#include "vmm/kvm/vcpu.hpp"
#include "vmm/machine/entry_state.hpp"

namespace vitrine {

/// Puts the boot CPU where the boot protocol wants it: segments, control registers, general registers. Everything else
/// stays as after a reset. Throws KvmError.
void enter_at(Vcpu& vcpu, const EntryState& entry);

/// The MSRs that firmware would have set: memory is write-back by default, fast string operations are on. Every CPU.
void set_firmware_msrs(Vcpu& vcpu);

} // namespace vitrine
