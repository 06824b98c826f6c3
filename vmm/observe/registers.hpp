#pragma once

#include "vmm/kvm/kvm_api.hpp"

namespace vitrine {

/// A vCPU's state as a death report shows it.
struct Registers {
    kvm_regs general{};
    kvm_sregs special{};
};

} // namespace vitrine
