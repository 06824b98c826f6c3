#pragma once

#include <cstdint>

/// Where things are in the guest kernel's virtual address space: the agreement between whoever builds the first page
/// tables (the VMM, or the kernel's own PVH entry) and the kernel that runs on them.
///
/// The first tables map, besides the image itself, all RAM at `direct_map_base` (writable, no-execute, global, in the
/// largest pages that fit). Nothing is mapped in the lower half: it is for users.
namespace vitrine::abi {

inline constexpr std::uint64_t user_end = 0x0000'7fff'ffff'f000;        ///< first address no user may map
inline constexpr std::uint64_t direct_map_base = 0xffff'8880'0000'0000; ///< guest-physical 0
inline constexpr std::uint64_t direct_map_end = 0xffff'c880'0000'0000;
inline constexpr std::uint64_t vmalloc_base = 0xffff'c900'0000'0000;
inline constexpr std::uint64_t vmalloc_end = 0xffff'e900'0000'0000;
/// The image is linked at kernel_image_base + its physical address; its segments carry the permissions (W^X).
inline constexpr std::uint64_t kernel_image_base = 0xffff'ffff'8000'0000;
inline constexpr std::uint64_t kernel_physical_base = 0x20'0000;

} // namespace vitrine::abi
