#pragma once

#include "vmm/kvm/kvm.hpp"
#include "vmm/kvm/kvm_api.hpp"
#include "vmm/kvm/stats.hpp"
#include "vmm/kvm/unique_fd.hpp"
#include "vmm/kvm/vcpu.hpp"
#include "vmm/machine/address.hpp"
#include "vmm/machine/msi.hpp"

#include <cstdint>
#include <optional>
#include <span>

namespace vitrine {

/// A guest write that KVM turns into an eventfd signal without leaving the kernel.
struct IoEvent {
    enum class Space { port, mmio };
    Space space = Space::mmio;
    std::uint64_t address = 0;
    std::uint32_t size = 0;             ///< bytes of the write: 1, 2, 4 or 8; 0: any (mmio)
    std::optional<std::uint64_t> value; ///< only writes of this value
};

/// A virtual machine as KVM knows it. All functions throw KvmError unless they say otherwise; all are safe from any
/// thread.
class Vm {
public:
    /// KVM_CREATE_VM, with the scratch pages that VT-x without unrestricted guest needs placed below 4 GiB.
    explicit Vm(const Kvm& kvm);

    int fd() const { return fd_.get(); }

    /// KVM_CHECK_EXTENSION on the VM: what this VM, not only this host, can do.
    int capability(unsigned capability) const;

    /// Maps host memory at `base`; an empty span removes the slot. The memory must outlive the VM.
    void set_memory_slot(unsigned slot, GuestAddress base, std::span<std::byte> host);

    /// PIC, IOAPIC and one LAPIC per vCPU in the kernel. Before the first vCPU.
    void create_irqchip();
    /// LAPICs in the kernel, the IOAPIC ours: `pins` GSIs are its. Before the first vCPU.
    void create_split_irqchip(unsigned pins);

    /// KVM_IRQ_LINE on the kernel's irqchip.
    void set_irq_line(unsigned gsi, bool high);
    /// KVM_SET_GSI_ROUTING: replaces all routes.
    void set_routes(std::span<const kvm_irq_routing_entry> routes);
    /// KVM_SIGNAL_MSI. False when no vCPU took it.
    bool signal_msi(const MsiMessage& message);

    /// Raises `gsi` whenever `event` (an eventfd) is signalled; with `resample`, level-triggered: it is signalled
    /// when the guest ends the interrupt.
    void attach_irqfd(int event, unsigned gsi, int resample = -1);
    void detach_irqfd(int event, unsigned gsi);
    void attach_ioeventfd(int event, const IoEvent& where);
    void detach_ioeventfd(int event, const IoEvent& where);

    /// Has accesses to MSRs that KVM does not know exit as KVM_EXIT_X86_RDMSR and _WRMSR. False: the host cannot.
    bool enable_unknown_msr_exits();

    /// `id` is also the APIC id.
    Vcpu create_vcpu(unsigned id);

    /// KVM_GET_STATS_FD. Throws KvmError (ENOTTY) on kernels before 5.14.
    StatsReader stats() const;

private:
    void enable_capability(std::uint32_t capability, std::uint64_t argument);

    UniqueFd fd_;
    std::size_t run_size_;
};

} // namespace vitrine
