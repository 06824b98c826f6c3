#include "tests/fuzz/load_input.hpp"

#include "vmm/boot/cpio.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    try {
        vitrine::check_cpio(vitrine::fuzz::view_of(data, size));
    } catch (const vitrine::ImageError&) {
    }
    return 0;
}
