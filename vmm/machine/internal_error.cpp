#include "vmm/machine/virtual_cpu.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <span>

namespace vitrine {
namespace {

/// KVM_INTERNAL_ERROR_* of linux/kvm.h.
const char* suberror_in_words(std::uint32_t suberror)
{
    switch (suberror) {
    case KVM_INTERNAL_ERROR_EMULATION: return "KVM cannot emulate an instruction";
    case KVM_INTERNAL_ERROR_SIMUL_EX: return "an exception came while another was being delivered";
    case KVM_INTERNAL_ERROR_DELIVERY_EV: return "an exit came while an event was being delivered";
    case KVM_INTERNAL_ERROR_UNEXPECTED_EXIT_REASON: return "the processor gave KVM an exit that it does not know";
    default: return "unknown suberror";
    }
}

/// The instruction that the emulator gave up on, when KVM gives it. Documentation/virt/kvm/api.rst, struct kvm_run,
/// emulation_failure.
std::string instruction_bytes(const kvm_run& run)
{
    const auto& failure = run.emulation_failure;
    if (failure.suberror != KVM_INTERNAL_ERROR_EMULATION || failure.ndata < 1 ||
        (failure.flags & KVM_INTERNAL_ERROR_EMULATION_FLAG_INSTRUCTION_BYTES) == 0)
        return {};
    const std::span bytes{failure.insn_bytes};
    std::string text;
    for (const unsigned byte : bytes.first(std::min<std::size_t>(failure.insn_size, bytes.size())))
        text += fmt::format(" {:02x}", byte);
    return text.empty() ? text : ": bytes" + text;
}

} // namespace

void VirtualCpu::internal_error()
{
    const kvm_run& run = kvm_.shared();
    const std::uint32_t suberror = run.internal.suberror;
    die(Ending::internal_error, fmt::format("KVM internal error, suberror {}: {}{}", suberror,
                                            suberror_in_words(suberror), instruction_bytes(run)));
}

} // namespace vitrine
