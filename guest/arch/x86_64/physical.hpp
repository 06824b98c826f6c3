#pragma once

#include "abi/layout.hpp"
#include "arch/paging.hpp"
#include "lib/types.hpp"

namespace arch {

/// The guest-physical address of something in the kernel's image or in the direct map.
inline kernel::PhysicalAddress physical_address(const void* pointer)
{
    const u64 address = reinterpret_cast<u64>(pointer);
    if (address >= vitrine::abi::kernel_image_base)
        return {address - vitrine::abi::kernel_image_base};
    return physical_of_direct(pointer);
}

} // namespace arch
