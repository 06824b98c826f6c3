#include "vmm/machine/guest_cpuid.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace vitrine {
namespace {

// Leaf 1: Intel SDM vol. 2, CPUID, tables 3-10 and 3-11.
constexpr std::uint32_t ecx_x2apic = 1U << 21;
constexpr std::uint32_t ecx_tsc_deadline = 1U << 24;
constexpr std::uint32_t ecx_hypervisor = 1U << 31;
constexpr std::uint32_t edx_apic = 1U << 9;
constexpr std::uint32_t edx_many_logical = 1U << 28;

constexpr std::uint32_t leaf_hypervisor = 0x4000'0000;
/// TSC and bus frequency in kHz; begun by VMware, read by many. https://lwn.net/Articles/301888/
constexpr std::uint32_t leaf_frequency = 0x4000'0010;
/// The in-kernel LAPIC's timer counts nanoseconds.
constexpr std::uint32_t lapic_bus_khz = 1'000'000;

constexpr std::uint32_t with_bits(std::uint32_t value, unsigned shift, unsigned width, std::uint32_t bits)
{
    const std::uint32_t mask = ((1U << width) - 1) << shift;
    return (value & ~mask) | (bits << shift & mask);
}

void assign(std::uint32_t& word, std::uint32_t bits, bool on) { word = on ? word | bits : word & ~bits; }

} // namespace

GuestCpuid::GuestCpuid(std::vector<kvm_cpuid_entry2> supported, IrqChip irqchip, bool deadline_timer, unsigned cpus,
                       std::uint64_t tsc_khz)
    : leaves_{std::move(supported)}
{
    set_features(irqchip != IrqChip::none, deadline_timer);
    set_topology(cpus);
    add_frequency(tsc_khz);
}

void GuestCpuid::set_features(bool has_apic, bool has_tsc_deadline)
{
    for (kvm_cpuid_entry2& leaf : leaves_) {
        if (leaf.function != 1)
            continue;
        leaf.ecx |= ecx_hypervisor;
        assign(leaf.ecx, ecx_x2apic, has_apic);
        assign(leaf.ecx, ecx_tsc_deadline, has_apic && has_tsc_deadline);
        assign(leaf.edx, edx_apic, has_apic);
    }
}

void GuestCpuid::set_topology(unsigned cpus)
{
    const auto apic_id_bits = static_cast<std::uint32_t>(std::bit_width(cpus - 1));
    for (kvm_cpuid_entry2& leaf : leaves_) {
        switch (leaf.function) {
        case 0x1:
            leaf.ebx = with_bits(leaf.ebx, 16, 8, cpus);
            assign(leaf.edx, edx_many_logical, cpus > 1);
            break;
        case 0x4: // cores of the package; threads that share the cache: left as the host's
            leaf.eax = with_bits(leaf.eax, 26, 6, cpus - 1);
            break;
        case 0xb: // level 0: threads, one a core; level 1: cores
        case 0x1f:
            if (leaf.index == 0) {
                leaf.eax = 0;
                leaf.ebx = 1;
            } else if (leaf.index == 1) {
                leaf.eax = apic_id_bits;
                leaf.ebx = cpus;
                leaf.ecx = 2U << 8 | 1U;
            }
            break;
        case 0x8000'0008: // AMD: cores, and the APIC id's size; the low leaf words are address sizes
            leaf.ecx = with_bits(with_bits(leaf.ecx, 0, 8, cpus - 1), 12, 4, apic_id_bits);
            break;
        default: break;
        }
    }
}

void GuestCpuid::add_frequency(std::uint64_t tsc_khz)
{
    const auto root = std::ranges::find(leaves_, leaf_hypervisor, &kvm_cpuid_entry2::function);
    if (root == leaves_.end() || tsc_khz == 0)
        return;
    root->eax = std::max(root->eax, leaf_frequency);
    kvm_cpuid_entry2 frequency{};
    frequency.function = leaf_frequency;
    frequency.eax = static_cast<std::uint32_t>(tsc_khz);
    frequency.ebx = lapic_bus_khz;
    leaves_.push_back(frequency);
}

bool GuestCpuid::has_gigabyte_pages() const
{
    constexpr std::uint32_t extended_features = 0x8000'0001;
    constexpr std::uint32_t edx_page_1gb = 1U << 26;
    return std::any_of(leaves_.begin(), leaves_.end(), [](const kvm_cpuid_entry2& leaf) {
        return leaf.function == extended_features && (leaf.edx & edx_page_1gb) != 0;
    });
}

const std::vector<kvm_cpuid_entry2>& GuestCpuid::of_cpu(unsigned apic_id)
{
    for (kvm_cpuid_entry2& leaf : leaves_) {
        switch (leaf.function) {
        case 0x1: leaf.ebx = with_bits(leaf.ebx, 24, 8, apic_id); break;
        case 0xb:
        case 0x1f: leaf.edx = apic_id; break;
        case 0x8000'001e: // AMD: extended APIC id; core id, one thread a core; node 0
            leaf.eax = apic_id;
            leaf.ebx = apic_id & 0xff;
            leaf.ecx = 0;
            break;
        default: break;
        }
    }
    return leaves_;
}

} // namespace vitrine
