#pragma once

#include "abi/boot_paging.hpp"
#include "vmm/boot/elf_image.hpp"
#include "vmm/boot/placement.hpp"

namespace vitrine {

/// The kernel's first page tables, as abi/layout.hpp promises them. Returns CR3. Throws ImageError when the image's
/// segments share pages.
GuestAddress build_kernel_page_tables(Placement& placement, const ElfImage& kernel, bool gigabyte_pages);

/// Maps the first 4 GiB and all RAM to themselves, writable and executable: what the Linux 64-bit protocol and flat
/// 64-bit programs start on. Returns CR3.
GuestAddress build_identity_page_tables(Placement& placement, bool gigabyte_pages);

} // namespace vitrine
