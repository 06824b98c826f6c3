#pragma once

#include "vmm/boot/elf_image.hpp"
#include "vmm/boot/load_guest.hpp"
#include "vmm/boot/placement.hpp"

#include <optional>
#include <string>
#include <vector>

namespace vitrine {

/// What every boot protocol works on.
struct BootContext {
    const MachineConfig& config;
    const MachineFacts& facts;
    const ImageView& image;
    Placement& placement;

    const GuestMemory& memory() const { return placement.memory(); }
};

/// Finds the protocol by the image's content. In this order:
///   1. an ELF with the note `Vitrine` (abi/kernel_note.hpp)      -> vitrine
///   2. an ELF with the note XEN_ELFNOTE_PHYS32_ENTRY             -> pvh
///   3. anything with a multiboot header in its first 8 KiB       -> multiboot
///   4. `HdrS` at 0x202 after a boot sector's signature           -> linux64
/// A flat binary has no mark and must be asked for. Throws ImageError, which says what the file looks like instead.
BootProtocol detect_protocol(const ImageView& image);

/// load_guest for an image that is in memory already; `image.file()` is what errors and symbol look-ups name.
LoadedGuest load_image(const MachineConfig& config, const ImageView& image, const GuestMemory& memory,
                       const MachineFacts& facts);

/// One function a protocol, in the file of the same name. Each throws ImageError.
LoadedGuest load_vitrine(const BootContext& context);
LoadedGuest load_pvh(const BootContext& context);
LoadedGuest load_linux64(const BootContext& context);
LoadedGuest load_multiboot(const BootContext& context);
LoadedGuest load_flat(const BootContext& context);

/// The offset of a multiboot-1 header that adds up, or nothing.
std::optional<std::uint64_t> find_multiboot_header(const ImageView& image);
/// Whether `image` says that it is a Linux kernel of the boot protocol 2.00 or later.
bool has_linux_header(const ImageView& image);

/// The 32-bit entry that a PVH note gives, or nothing. Throws ImageError when the note is malformed.
std::optional<GuestAddress> find_pvh_entry(const ElfImage& elf);

/// Copies the segments to their physical addresses. Memory beyond a segment's file bytes is fresh, hence zero, and is
/// not touched.
void load_segments(const ElfImage& elf, Placement& placement);

/// The kernel's symbols, read from its file when somebody asks.
SymbolTable symbols_of(const ImageView& image);

/// A file that the guest is given besides its kernel.
struct LoadedModule {
    GuestAddress address;
    Bytes size;
    std::string name; ///< the file's
};

/// Puts the initramfs, packed first when it is a list of files, at the top of RAM below `end`. Nothing when there is
/// none. With `check`, an archive that is not plain newc is refused: some kernels unpack others, ours does not.
std::optional<LoadedModule> load_initramfs(const BootContext& context, GuestAddress end, bool check = false);

/// The initramfs, if any, and then the config's modules; all below `end`.
std::vector<LoadedModule> load_modules(const BootContext& context, GuestAddress end);

/// The memory map in E820's terms (ACPI 6.5 §15): what only Vitrine tells apart is RAM.
std::vector<abi::MemoryRange> firmware_memory_map(const Placement& placement);

} // namespace vitrine
