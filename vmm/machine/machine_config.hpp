#pragma once

#include "vmm/machine/address.hpp"
#include "vmm/machine/entry_state.hpp"
#include "vmm/machine/guest_memory.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace vitrine {

enum class BootProtocol { detect, vitrine, pvh, linux64, multiboot, flat };
enum class IrqChip { kernel, split, none };
enum class KernelModeChoice { automatic, ring0, ring3 };
enum class TraceChannelChoice { off, exit, ring };
enum class ConsoleMode { stdio, none, file };

struct FlatImage {
    GuestAddress address{0x1000};
    GuestAddress entry{0x1000};
    CpuMode mode = CpuMode::real16;
};

/// An entry of an initramfs that vitrine packs itself: a host file or folder, and where it goes in the guest.
struct InitramfsEntry {
    std::filesystem::path from;
    std::string to; ///< absolute path in the guest
};

/// A ready cpio file (uncompressed newc), or what to pack.
using Initramfs = std::variant<std::monostate, std::filesystem::path, std::vector<InitramfsEntry>>;

struct TraceConfig {
    TraceChannelChoice channel = TraceChannelChoice::off;
    std::vector<std::string> events; ///< names, or subsystem names; empty: all
    Bytes ring_size{256 << 10};      ///< per vCPU
    std::filesystem::path output;    ///< .vtrace file; empty: none
};

struct DeviceConfig {
    bool serial = true;
    bool debug_exit = true;
    bool i8042 = true;
    bool rtc = true;
    bool pit_speaker = true;
    bool fw_cfg = true;
    bool interrupt_tester = false;
};

/// Everything a machine is built from. Paths are resolved, values are checked: a Machine need only obey.
struct MachineConfig {
    std::filesystem::path kernel;
    BootProtocol protocol = BootProtocol::detect;
    FlatImage flat; ///< for BootProtocol::flat
    std::string command_line;
    std::vector<std::filesystem::path> modules; ///< multiboot and PVH modules after the initramfs
    Initramfs initramfs;
    GuestMemoryOptions memory{.size = Bytes{128 << 20}};
    unsigned cpus = 1;
    IrqChip irqchip = IrqChip::kernel;
    KernelModeChoice kernel_mode = KernelModeChoice::automatic;
    DeviceConfig devices;
    TraceConfig trace;
    ConsoleMode console = ConsoleMode::stdio;
    std::filesystem::path console_file;              ///< for ConsoleMode::file
    std::optional<std::chrono::nanoseconds> timeout; ///< whole run
    std::optional<std::chrono::nanoseconds>
        no_progress; ///< watchdog: no vCPU left KVM_RUN by itself for so long while busy
};

} // namespace vitrine
