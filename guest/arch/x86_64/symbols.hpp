#pragma once

#include "lib/types.hpp"

#include <string_view>

namespace arch {

struct SymbolPlace {
    std::string_view name; ///< empty: not in the kernel's code
    u64 offset = 0;
};

/// The function that holds `address`, from the table that the build puts into the image (guest/image.cmake).
SymbolPlace find_symbol(u64 address);

/// Whether `address` is in the kernel's code.
bool is_kernel_code(u64 address);

} // namespace arch
