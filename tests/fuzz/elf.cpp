#include "tests/fuzz/load_input.hpp"

/// Segments, notes, symbols, and the three protocols that an ELF can be entered by.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto image = vitrine::fuzz::view_of(data, size);
    vitrine::fuzz::load(image, {});
    try {
        (void)vitrine::read_elf_symbols(image);
    } catch (const vitrine::ImageError&) {
    }
    return 0;
}
