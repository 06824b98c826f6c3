#pragma once

#include "abi/boot_info.hpp"
#include "abi/trace.hpp"
#include "vmm/boot/symbols.hpp"
#include "vmm/machine/entry_state.hpp"
#include "vmm/machine/guest_memory.hpp"
#include "vmm/machine/machine_config.hpp"

#include <filesystem>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace vitrine {

/// An image (kernel, initramfs, module) that cannot be booted. The message says which file, where in it, and why.
class ImageError : public std::runtime_error {
public:
    ImageError(const std::filesystem::path& file, const std::string& what);
};

/// What the boot protocols need to know of the machine besides its config.
struct MachineFacts {
    std::span<const abi::Device> devices;
    std::uint64_t tsc_khz = 0;
    bool gigabyte_pages = false; ///< the vCPUs have 1 GiB pages (CPUID 0x80000001 EDX bit 26)
    Bytes trace_ring_size{};     ///< per vCPU; 0: no trace
    abi::TraceChannel trace_channel = abi::TraceChannel::off;
    std::uint64_t trace_enabled = 0;
};

struct LoadedGuest {
    BootProtocol protocol; ///< the one used; never `detect`
    EntryState entry{};
    SymbolTable symbols{};                      ///< empty when the image has none
    std::vector<abi::MemoryRange> memory_map{}; ///< as told to the guest
    GuestAddress trace_rings{};                 ///< where they were put, when asked for
};

/// Puts kernel, initramfs, modules, command line and the protocol's structures into guest memory, which is fresh: never
/// written, all zero. Throws ImageError.
LoadedGuest load_guest(const MachineConfig& config, const GuestMemory& memory, const MachineFacts& facts);

} // namespace vitrine
