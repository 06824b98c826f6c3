#pragma once

#include "vmm/kvm/vcpu.hpp"
#include "vmm/machine/bus.hpp"
#include "vmm/observe/exit_key.hpp"

namespace vitrine {

/// A return of KVM_RUN, told apart as far as accounting and dispatch need it.
struct Exit {
    ExitKey key;
    const BusRange* device = nullptr; ///< mmio: who answers

    ExitReason reason() const { return key.reason(); }
};

/// `result` is what Vcpu::run() returned; `memory` the MMIO address space.
Exit decode_exit(int result, const kvm_run& run, const Bus& memory);

} // namespace vitrine
