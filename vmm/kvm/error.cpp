#include "vmm/kvm/error.hpp"

#include <fmt/core.h>

#include <cerrno>

namespace vitrine {
namespace {

std::string_view usual_hint(std::string_view operation, int error)
{
    if (operation == "open /dev/kvm") {
        switch (error) {
        case ENOENT: return "load the kvm_intel or kvm_amd module, or enable virtualisation in the firmware";
        case EACCES:
        case EPERM: return "join the group that owns /dev/kvm (usually `sudo usermod -aG kvm $USER`) and log in again";
        case ENODEV:
        case ENXIO: return "the kernel has no working KVM backend: see `dmesg | grep -i kvm`";
        default: return {};
        }
    }
    switch (error) {
    case EBUSY: return "another hypervisor may be using the processor's virtualisation";
    case ENOMEM: return "the host has not enough memory, or a memory limit is set";
    case EMFILE:
    case ENFILE: return "too many open files: raise the limit (`ulimit -n`)";
    case ENOTTY: return "the host's kernel is too old for this";
    default: return {};
    }
}

std::string with_hint(std::string_view operation, std::string_view hint)
{
    return hint.empty() ? std::string{operation} : fmt::format("{} ({})", operation, hint);
}

} // namespace

KvmError::KvmError(std::string_view operation, int error_number)
    : KvmError{operation, error_number, usual_hint(operation, error_number)}
{}

KvmError::KvmError(std::string_view operation, int error_number, std::string_view hint)
    : std::system_error{error_number, std::generic_category(), with_hint(operation, hint)},
      operation_{operation},
      hint_{hint}
{}

} // namespace vitrine
