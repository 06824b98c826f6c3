#pragma once

#include "vmm/kvm/kvm_api.hpp"
#include "vmm/machine/machine_config.hpp"

#include <cstdint>
#include <vector>

namespace vitrine {

/// What the guest's cpuid shows: what KVM supports, with this machine's topology (one socket, a core a vCPU), timers
/// and TSC frequency.
class GuestCpuid {
public:
    /// `supported`: what Kvm::supported_cpuid gave. `deadline_timer`: whether KVM's local APICs have one.
    GuestCpuid(std::vector<kvm_cpuid_entry2> supported, IrqChip irqchip, bool deadline_timer, unsigned cpus,
               std::uint64_t tsc_khz);

    /// The leaves of the vCPU with this APIC id. Valid until the next call.
    const std::vector<kvm_cpuid_entry2>& of_cpu(unsigned apic_id);

    /// Whether the guest's page tables may have 1 GiB pages.
    bool has_gigabyte_pages() const;

private:
    void set_features(bool has_apic, bool has_tsc_deadline);
    void set_topology(unsigned cpus);
    void add_frequency(std::uint64_t tsc_khz);

    std::vector<kvm_cpuid_entry2> leaves_;
};

} // namespace vitrine
