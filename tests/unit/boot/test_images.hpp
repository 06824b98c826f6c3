#pragma once

#include "vmm/boot/image_file.hpp"

#include <cstddef>
#include <cstdint>
#include <elf.h>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Images for the tests, made in memory so that each can be broken in its own way.
namespace vitrine::test {

using Image = std::vector<std::byte>;

inline ImageView view_of(const Image& image) { return {"test-image", image}; }

/// Overwrites bytes of an image.
template <typename T>
void patch(Image& image, std::size_t offset, const T& value)
{
    std::memcpy(image.data() + offset, &value, sizeof value);
}

struct TestSegment {
    std::uint64_t virtual_address;
    std::uint64_t physical_address;
    std::vector<std::byte> bytes;
    std::uint64_t memory_size;
    std::uint32_t flags = PF_R | PF_X;
};

struct TestNote {
    std::string name;
    std::uint32_t type;
    std::vector<std::byte> description;
};

std::vector<std::byte> bytes_of(std::string_view text);
template <typename T>
std::vector<std::byte> bytes_of_value(const T& value)
{
    const auto bytes = std::as_bytes(std::span{&value, 1});
    return {bytes.begin(), bytes.end()};
}

/// An ELF64 executable: header, program headers (segments in order, then the notes), notes, segments' bytes.
Image make_elf64(std::uint64_t entry, std::span<const TestSegment> segments, std::span<const TestNote> notes = {});
Image make_elf32(std::uint32_t entry, std::span<const TestSegment> segments, std::span<const TestNote> notes = {});

/// Offset of the nth program header in such an image.
constexpr std::size_t program_header64(std::size_t n) { return sizeof(Elf64_Ehdr) + n * sizeof(Elf64_Phdr); }

/// A kernel of ours: text at 2 MiB (8 KiB, "text"), data behind it (4 bytes, "data", and bss up to 3 pages).
Image make_vitrine_kernel();
/// An ELF64 at 1 MiB with a PVH note.
Image make_pvh_kernel();
/// An ELF32 at 1 MiB with a multiboot header.
Image make_multiboot_kernel();
/// A flat file with a multiboot header that holds the addresses.
Image make_multiboot_flat();
/// A bzImage of boot protocol 2.15 with 4 KiB of code and the given flags.
Image make_bzimage();
/// A newc archive with a folder, a file and a link.
Image make_cpio();

} // namespace vitrine::test
