#pragma once

#include "vmm/kvm/kvm_api.hpp"
#include "vmm/kvm/unique_fd.hpp"

#include <cstddef>
#include <vector>

namespace vitrine {

/// /dev/kvm: what the host offers, and where VMs come from.
class Kvm {
public:
    /// Opens /dev/kvm and checks the API's version (12, stable since 2007). Throws KvmError with a hint.
    Kvm();

    int fd() const { return fd_.get(); }

    /// KVM_CHECK_EXTENSION: 0 when the capability is missing, otherwise 1 or a value that it defines.
    int capability(unsigned capability) const;

    /// KVM_GET_SUPPORTED_CPUID. Slow (half a millisecond): ask once.
    std::vector<kvm_cpuid_entry2> supported_cpuid() const;

    /// Size of the shared kvm_run structure of a vCPU, in bytes.
    std::size_t run_size() const { return run_size_; }

private:
    UniqueFd fd_;
    std::size_t run_size_ = 0;
};

} // namespace vitrine
