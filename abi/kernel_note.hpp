#pragma once

#include "abi/boot_info.hpp"

#include <cstdint>

namespace vitrine::abi {

/// The ELF note (in a PT_NOTE segment) by which a kernel image says that its ELF entry point is a 64-bit entry that
/// takes a BootInfo of this version. A kernel that also has a PVH note can be booted elsewhere by that.
struct KernelNote {
    std::uint32_t name_size = sizeof name;
    std::uint32_t description_size = sizeof version;
    std::uint32_t type = note_type;
    char name[8] = "Vitrine";
    std::uint32_t version = boot_version;

    static constexpr std::uint32_t note_type = 1;
};
static_assert(sizeof(KernelNote) == 24);

} // namespace vitrine::abi
