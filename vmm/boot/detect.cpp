#include "vmm/boot/file_kind.hpp"
#include "vmm/boot/protocols.hpp"

#include "abi/kernel_note.hpp"

#include <fmt/format.h>

namespace vitrine {

BootProtocol detect_protocol(const ImageView& image)
{
    const bool is_elf = ElfImage::has_magic(image);
    if (is_elf) {
        const ElfImage elf{image};
        if (elf.note("Vitrine", abi::KernelNote::note_type))
            return BootProtocol::vitrine;
        if (find_pvh_entry(elf))
            return BootProtocol::pvh;
    }
    if (find_multiboot_header(image))
        return BootProtocol::multiboot;
    if (has_linux_header(image))
        return BootProtocol::linux64;
    if (is_elf)
        image.fail(0, "an ELF executable, but no kernel that can be booted: it has neither a Vitrine note, nor a PVH "
                      "note, nor a multiboot header");
    const FileKind kind = recognise(image);
    if (kind.is_compressed())
        image.fail(0, fmt::format("not a kernel: it is {}; unpack it first, e.g. with `{}`", kind.description,
                                  kind.unpack_command));
    image.fail(0, fmt::format("not a kernel that can be booted: it looks like {}. A bare binary needs \"protocol\": "
                              "\"flat\" with its address and mode",
                              kind.description));
}

} // namespace vitrine
