#pragma once

#include "vmm/doctor/finding.hpp"
#include "vmm/kvm/kvm.hpp"

#include <optional>

namespace vitrine::doctor {

/// Opens /dev/kvm; nothing when it cannot be used, which the findings then explain.
std::optional<Kvm> examine_device(Findings& findings);

/// Each capability of KVM that Vitrine uses.
void examine_capabilities(const Kvm& kvm, Findings& findings);

/// Runs a small timed guest: whether ring 0 is native or emulated, what an exit and a VM cost.
void examine_speed(const Kvm& kvm, Findings& findings);

/// Processors, memory, limits, devices of the host that guests profit from.
void examine_host(Findings& findings);

/// All of it.
Findings examine_everything();

} // namespace vitrine::doctor
