#include "vmm/boot/file_kind.hpp"

#include <algorithm>

namespace vitrine {

namespace {

using namespace std::string_view_literals;

struct Magic {
    std::uint64_t offset;
    std::string_view bytes;
    FileKind kind;
};

/// In this order: what is more certain comes first.
constexpr Magic magics[] = {
    {0,
     "\x7f"
     "ELF"sv,
     {"an ELF file"}},
    {0, "\x1f\x8b"sv, {"compressed with gzip", "gzip -d"}},
    {0,
     "\xfd"
     "7zXZ\0"sv,
     {"compressed with xz", "xz -d"}},
    {0, "\x28\xb5\x2f\xfd"sv, {"compressed with zstd", "zstd -d"}},
    {0, "BZh"sv, {"compressed with bzip2", "bzip2 -d"}},
    {0, "\x02\x21\x4c\x18"sv, {"compressed with lz4", "lz4 -d"}},
    {0, "\x04\x22\x4d\x18"sv, {"compressed with lz4", "lz4 -d"}},
    {0, "\x5d\0\0"sv, {"compressed with lzma", "xz -d --format=lzma"}},
    {0, "070701"sv, {"a cpio archive: an initramfs, not a kernel"}},
    {257, "ustar"sv, {"a tar archive"}},
    {0x8001, "CD001"sv, {"a CD image: Vitrine boots kernels, not disks"}},
    {0, "QFI\xfb"sv, {"a qcow2 disk image: Vitrine boots kernels, not disks"}},
    {36, "\x18\x28\x6f\x01"sv, {"an ARM zImage: build the kernel for x86"}},
    {56, "ARM\x64"sv, {"an arm64 Linux image: build the kernel for x86"}},
    {56, "RSC\x05"sv, {"a RISC-V Linux image: build the kernel for x86"}},
    {0, "MZ"sv, {"a PE (Windows or EFI) program"}},
    {510, "\x55\xaa"sv, {"a boot sector: set \"protocol\" to \"flat\", mode real16, address 0x7c00"}},
    {0, "#!"sv, {"a script"}},
};

bool is_text(std::span<const std::byte> bytes)
{
    const auto sample = bytes.first(std::min<std::size_t>(bytes.size(), 512));
    return std::all_of(sample.begin(), sample.end(), [](std::byte byte) {
        const auto c = std::to_integer<unsigned char>(byte);
        return c >= 0x20 || c == '\t' || c == '\n' || c == '\r';
    });
}

} // namespace

FileKind recognise(const ImageView& image)
{
    for (const Magic& magic : magics) {
        if (!image.contains(magic.offset, magic.bytes.size()))
            continue;
        const auto* at = reinterpret_cast<const char*>(image.bytes().data() + magic.offset);
        if (std::string_view{at, magic.bytes.size()} == magic.bytes)
            return magic.kind;
    }
    if (is_text(image.bytes()))
        return {"a text file"};
    return {"nothing known"};
}

} // namespace vitrine
