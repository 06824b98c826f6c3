#include "vmm/kvm/vm.hpp"

#include "vmm/kvm/ioctl.hpp"
#include "vmm/kvm/variable_buffer.hpp"

#include <algorithm>

namespace vitrine {
namespace {

// Three pages and one page that VT-x without unrestricted guest uses to run real mode; the place QEMU and others use,
// just below the firmware's.
constexpr unsigned long tss_address = 0xfffb'd000;
constexpr std::uint64_t identity_map_address = 0xfffb'c000;

UniqueFd create(const Kvm& kvm)
{
    for (;;) {
        const int fd = kvm_ioctl::attempt(kvm.fd(), VITRINE_KVM_REQUEST(KVM_CREATE_VM), 0UL);
        if (fd >= 0)
            return UniqueFd{fd};
        if (fd != -EINTR) // starting KVM's worker threads can be interrupted by a signal
            throw KvmError{"KVM_CREATE_VM", -fd};
    }
}

kvm_irqfd irqfd_of(int event, unsigned gsi)
{
    kvm_irqfd request{};
    request.fd = static_cast<std::uint32_t>(event);
    request.gsi = gsi;
    return request;
}

kvm_ioeventfd ioeventfd_of(int event, const IoEvent& where)
{
    kvm_ioeventfd request{};
    request.fd = event;
    request.addr = where.address;
    request.len = where.size;
    if (where.space == IoEvent::Space::port)
        request.flags |= KVM_IOEVENTFD_FLAG_PIO;
    if (where.value) {
        request.flags |= KVM_IOEVENTFD_FLAG_DATAMATCH;
        request.datamatch = *where.value;
    }
    return request;
}

} // namespace

Vm::Vm(const Kvm& kvm) : fd_{create(kvm)}, run_size_{kvm.run_size()}
{
    kvm_ioctl::call(fd(), VITRINE_KVM_REQUEST(KVM_SET_TSS_ADDR), tss_address);
    kvm_ioctl::call(fd(), VITRINE_KVM_REQUEST(KVM_SET_IDENTITY_MAP_ADDR), &identity_map_address);
}

int Vm::capability(unsigned capability) const
{
    return kvm_ioctl::call(fd(), VITRINE_KVM_REQUEST(KVM_CHECK_EXTENSION), static_cast<unsigned long>(capability));
}

void Vm::set_memory_slot(unsigned slot, GuestAddress base, std::span<std::byte> host)
{
    kvm_userspace_memory_region region{};
    region.slot = slot;
    region.guest_phys_addr = base.value;
    region.memory_size = host.size();
    region.userspace_addr = reinterpret_cast<std::uintptr_t>(host.data());
    kvm_ioctl::call(fd(), VITRINE_KVM_REQUEST(KVM_SET_USER_MEMORY_REGION), &region);
}

void Vm::create_irqchip() { kvm_ioctl::call(fd(), VITRINE_KVM_REQUEST(KVM_CREATE_IRQCHIP)); }

void Vm::create_split_irqchip(unsigned pins) { enable_capability(KVM_CAP_SPLIT_IRQCHIP, pins); }

void Vm::set_irq_line(unsigned gsi, bool high)
{
    kvm_irq_level level{};
    level.irq = gsi;
    level.level = high ? 1 : 0;
    kvm_ioctl::call(fd(), VITRINE_KVM_REQUEST(KVM_IRQ_LINE), &level);
}

void Vm::set_routes(std::span<const kvm_irq_routing_entry> routes)
{
    VariableBuffer<kvm_irq_routing, kvm_irq_routing_entry> buffer{routes.size()};
    buffer->nr = static_cast<std::uint32_t>(routes.size());
    std::copy(routes.begin(), routes.end(), buffer->entries);
    kvm_ioctl::call(fd(), VITRINE_KVM_REQUEST(KVM_SET_GSI_ROUTING), buffer.get());
}

bool Vm::signal_msi(const MsiMessage& message)
{
    kvm_msi msi{};
    msi.address_lo = static_cast<std::uint32_t>(message.address);
    msi.address_hi = static_cast<std::uint32_t>(message.address >> 32);
    msi.data = message.data;
    // The guest chose the destination: that nobody is there is no error of ours.
    return kvm_ioctl::attempt(fd(), VITRINE_KVM_REQUEST(KVM_SIGNAL_MSI), &msi) > 0;
}

void Vm::attach_irqfd(int event, unsigned gsi, int resample)
{
    kvm_irqfd request = irqfd_of(event, gsi);
    if (resample >= 0) {
        request.flags = KVM_IRQFD_FLAG_RESAMPLE;
        request.resamplefd = static_cast<std::uint32_t>(resample);
    }
    kvm_ioctl::call(fd(), VITRINE_KVM_REQUEST(KVM_IRQFD), &request);
}

void Vm::detach_irqfd(int event, unsigned gsi)
{
    kvm_irqfd request = irqfd_of(event, gsi);
    request.flags = KVM_IRQFD_FLAG_DEASSIGN;
    kvm_ioctl::call(fd(), VITRINE_KVM_REQUEST(KVM_IRQFD), &request);
}

void Vm::attach_ioeventfd(int event, const IoEvent& where)
{
    kvm_ioeventfd request = ioeventfd_of(event, where);
    kvm_ioctl::call(fd(), VITRINE_KVM_REQUEST(KVM_IOEVENTFD), &request);
}

void Vm::detach_ioeventfd(int event, const IoEvent& where)
{
    kvm_ioeventfd request = ioeventfd_of(event, where);
    request.flags |= KVM_IOEVENTFD_FLAG_DEASSIGN;
    kvm_ioctl::call(fd(), VITRINE_KVM_REQUEST(KVM_IOEVENTFD), &request);
}

bool Vm::enable_unknown_msr_exits()
{
    if (capability(KVM_CAP_X86_USER_SPACE_MSR) == 0)
        return false;
    enable_capability(KVM_CAP_X86_USER_SPACE_MSR, KVM_MSR_EXIT_REASON_UNKNOWN | KVM_MSR_EXIT_REASON_INVAL);
    return true;
}

Vcpu Vm::create_vcpu(unsigned id)
{
    const int vcpu = kvm_ioctl::call(fd(), VITRINE_KVM_REQUEST(KVM_CREATE_VCPU), static_cast<unsigned long>(id));
    return Vcpu{id, UniqueFd{vcpu}, run_size_};
}

StatsReader Vm::stats() const
{
    return StatsReader{UniqueFd{kvm_ioctl::call(fd(), VITRINE_KVM_REQUEST(KVM_GET_STATS_FD))}};
}

void Vm::enable_capability(std::uint32_t capability, std::uint64_t argument)
{
    kvm_enable_cap request{};
    request.cap = capability;
    request.args[0] = argument;
    kvm_ioctl::call(fd(), VITRINE_KVM_REQUEST(KVM_ENABLE_CAP), &request);
}

} // namespace vitrine
