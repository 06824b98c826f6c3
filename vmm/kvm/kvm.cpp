#include "vmm/kvm/kvm.hpp"

#include "vmm/kvm/ioctl.hpp"
#include "vmm/kvm/variable_buffer.hpp"

#include <fcntl.h>

namespace vitrine {
namespace {

UniqueFd open_device()
{
    UniqueFd fd{::open("/dev/kvm", O_RDWR | O_CLOEXEC)};
    if (!fd)
        throw KvmError{"open /dev/kvm", errno};
    return fd;
}

} // namespace

Kvm::Kvm() : fd_{open_device()}
{
    const int version = kvm_ioctl::attempt(fd(), VITRINE_KVM_REQUEST(KVM_GET_API_VERSION), 0UL);
    if (version < 0)
        throw KvmError{"open /dev/kvm", -version, "what is there is not KVM's device"};
    if (version != KVM_API_VERSION)
        throw KvmError{"KVM_GET_API_VERSION", EPROTO, "this kernel's KVM is not the stable API, version 12"};
    run_size_ = static_cast<std::size_t>(kvm_ioctl::call(fd(), VITRINE_KVM_REQUEST(KVM_GET_VCPU_MMAP_SIZE)));
}

int Kvm::capability(unsigned capability) const
{
    return kvm_ioctl::call(fd(), VITRINE_KVM_REQUEST(KVM_CHECK_EXTENSION), static_cast<unsigned long>(capability));
}

std::vector<kvm_cpuid_entry2> Kvm::supported_cpuid() const
{
    constexpr std::uint32_t capacity = 256; // KVM_MAX_CPUID_ENTRIES
    VariableBuffer<kvm_cpuid2, kvm_cpuid_entry2> buffer{capacity};
    buffer->nent = capacity;
    kvm_ioctl::call(fd(), VITRINE_KVM_REQUEST(KVM_GET_SUPPORTED_CPUID), buffer.get());
    return {buffer->entries, buffer->entries + buffer->nent};
}

} // namespace vitrine
