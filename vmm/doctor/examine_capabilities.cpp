#include "vmm/doctor/examine.hpp"

#include <fmt/format.h>

#include <linux/kvm.h>

namespace vitrine::doctor {
namespace {

enum class Need { required, optional };

struct Capability {
    unsigned number;
    const char* name;
    Need need;
    const char* without; ///< what does not work when it is missing
};

constexpr Capability capabilities[] = {
#define CAPABILITY(name, need, without)                                                                                \
    {                                                                                                                  \
        KVM_CAP_##name, #name, Need::need, without                                                                     \
    }
    CAPABILITY(USER_MEMORY, required, "no guest has memory"),
    CAPABILITY(IMMEDIATE_EXIT, required, "a running vCPU cannot be stopped"),
    CAPABILITY(MP_STATE, required, "secondary vCPUs cannot wait for INIT and SIPI"),
    CAPABILITY(IRQCHIP, required, "\"irqchip\": \"kernel\" cannot be had"),
    CAPABILITY(IRQFD, required, "devices cannot raise interrupts by themselves"),
    CAPABILITY(IOEVENTFD, required, "every doorbell is an exit"),
    CAPABILITY(SIGNAL_MSI, required, "devices cannot send MSIs"),
    CAPABILITY(GET_TSC_KHZ, required, "the guest's clock rate is not known"),
    CAPABILITY(SPLIT_IRQCHIP, optional, "\"irqchip\": \"split\" cannot be had"),
    CAPABILITY(IRQFD_RESAMPLE, optional, "level-triggered interrupts cost an exit more"),
    CAPABILITY(TSC_DEADLINE_TIMER, optional, "guests use the APIC's one-shot timer"),
    CAPABILITY(X2APIC_API, optional, "guests are limited to 255 vCPUs"),
    CAPABILITY(X86_USER_SPACE_MSR, optional, "accesses to MSRs that KVM does not know are not seen"),
    CAPABILITY(BINARY_STATS_FD, optional, "KVM's own counters are missing beside the exit table (Linux 5.14)"),
    CAPABILITY(SYNC_REGS, optional, "registers are fetched by system calls"),
#undef CAPABILITY
};

Finding describe(const Capability& capability, int value)
{
    const bool lacking = value == 0;
    return {.topic = "Capabilities",
            .name = capability.name,
            .verdict = !lacking                            ? Verdict::good
                       : capability.need == Need::required ? Verdict::problem
                                                           : Verdict::note,
            .value = lacking ? fmt::format("missing: {}", capability.without) : "there",
            .advice = lacking && capability.need == Need::required ? "use a newer kernel" : ""};
}

} // namespace

void examine_capabilities(const Kvm& kvm, Findings& findings)
{
    for (const Capability& capability : capabilities)
        findings.push_back(describe(capability, kvm.capability(capability.number)));

    const int vcpus = kvm.capability(KVM_CAP_MAX_VCPUS);
    const int advised = kvm.capability(KVM_CAP_NR_VCPUS);
    findings.push_back({.topic = "Capabilities",
                        .name = "vCPUs",
                        .verdict = Verdict::good,
                        .value = fmt::format("up to {}, {} advised", vcpus, advised),
                        .advice = {},
                        .measure = Finding::Measure{static_cast<double>(vcpus), "vCPUs"}});
}

} // namespace vitrine::doctor
