#include "abi/layout.hpp"
#include "kernel/proc/elf.hpp"

#include <cstdlib>

/// The guest's ELF parser: what it accepts can be mapped as it stands.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto file = std::as_bytes(std::span{data, size});
    const auto header = kernel::proc::parse_elf_header(file, size);
    if (!header)
        return 0;
    kernel::proc::ElfImage image;
    const auto headers = file.subspan(header.value().program_headers, header.value().program_headers_size());
    if (!kernel::proc::parse_program_headers(header.value(), headers, size, image))
        return 0;
    u64 end = 0;
    for (const auto& segment : image.loaded()) {
        if (segment.first_page() < end || segment.pages_end() > vitrine::abi::user_end ||
            segment.offset + segment.file_size > size || segment.file_pages_end() > segment.pages_end())
            std::abort();
        end = segment.pages_end();
    }
    return 0;
}
