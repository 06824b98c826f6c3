#include "arch/x86_64/symbols.hpp"

#include <algorithm>

extern "C" {
extern const char kernel_image_begin[];
extern const char kernel_code_end[];
// Written by symbols.awk: the lower halves of the addresses, sorted (the upper ones are all ones); where each one's
// name begins.
extern const u64 kernel_symbol_count;
extern const u32 kernel_symbol_addresses[];
extern const u32 kernel_symbol_name_offsets[];
extern const char kernel_symbol_names[];
}

namespace arch {

bool is_kernel_code(u64 address)
{
    return address >= reinterpret_cast<u64>(kernel_image_begin) && address < reinterpret_cast<u64>(kernel_code_end);
}

SymbolPlace find_symbol(u64 address)
{
    if (!is_kernel_code(address))
        return {};
    const auto low = static_cast<u32>(address);
    const u32* const end = kernel_symbol_addresses + kernel_symbol_count;
    const u32* const next = std::upper_bound(kernel_symbol_addresses, end, low);
    if (next == kernel_symbol_addresses)
        return {};
    const auto index = next - 1 - kernel_symbol_addresses;
    return {kernel_symbol_names + kernel_symbol_name_offsets[index], low - kernel_symbol_addresses[index]};
}

} // namespace arch
