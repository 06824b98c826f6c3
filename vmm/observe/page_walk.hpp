#pragma once

#include "vmm/kvm/kvm_api.hpp"
#include "vmm/machine/guest_memory.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace vitrine {

/// Guest-virtual to guest-physical through the guest's page tables as they are in its memory: without paging, 32-bit,
/// PAE, 4-level and 5-level. Permissions are not looked at. Intel SDM vol. 3, §4. Nothing when a table or the page is
/// not present, or a table is not in RAM. The walk is bounded by the number of levels, whatever the tables hold.
std::optional<GuestAddress> translate(const GuestMemory& memory, const kvm_sregs& state, std::uint64_t linear);

/// Up to `count` bytes at a linear address: as many as are mapped to RAM.
std::vector<std::byte> read_linear(const GuestMemory& memory, const kvm_sregs& state, std::uint64_t linear,
                                   std::size_t count);

/// The linear address of the next instruction: CS base and RIP.
std::uint64_t linear_rip(const kvm_regs& regs, const kvm_sregs& state);

} // namespace vitrine
