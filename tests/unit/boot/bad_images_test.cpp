#include "guest_fixture.hpp"
#include "temporary_folder.hpp"

#include "abi/layout.hpp"

#include <gmock/gmock.h>

#include <array>

namespace vitrine::test {
namespace {

using testing::HasSubstr;

/// A way to spoil an image, and what the refusal must say.
struct BadImage {
    const char* name;
    Image (*make)();
    void (*spoil)(Image& image);
    const char* message;
};

std::ostream& operator<<(std::ostream& out, const BadImage& bad) { return out << bad.name; }

template <auto member, typename Value>
void patch_segment(Image& image, std::size_t segment, Value value)
{
    Elf64_Phdr header;
    std::memcpy(&header, image.data() + program_header64(segment), sizeof header);
    header.*member = value;
    patch(image, program_header64(segment), header);
}

template <auto member, typename Value>
void patch_header(Image& image, Value value)
{
    Elf64_Ehdr header;
    std::memcpy(&header, image.data(), sizeof header);
    header.*member = static_cast<std::remove_reference_t<decltype(header.*member)>>(value);
    patch(image, 0, header);
}

const BadImage bad_images[] = {
    {"a segment has more bytes in the file than in memory", make_vitrine_kernel,
     [](Image& image) { patch_segment<&Elf64_Phdr::p_memsz>(image, 0, 3U); },
     "a segment with 0x4 bytes in the file but only 0x3 in memory"},
    {"a segment's bytes lie beyond the file", make_vitrine_kernel,
     [](Image& image) { patch_segment<&Elf64_Phdr::p_offset>(image, 0, 0x10'0000U); }, "lie outside the file"},
    {"a segment's offset wraps", make_vitrine_kernel,
     [](Image& image) { patch_segment<&Elf64_Phdr::p_offset>(image, 0, ~0ULL - 1); }, "lie outside the file"},
    {"a segment's address wraps", make_vitrine_kernel,
     [](Image& image) { patch_segment<&Elf64_Phdr::p_paddr>(image, 0, ~0ULL - 0x1000); }, "wraps around"},
    {"a segment's virtual address wraps", make_vitrine_kernel,
     [](Image& image) { patch_segment<&Elf64_Phdr::p_vaddr>(image, 0, ~0ULL - 0x1000); }, "wraps around"},
    {"a segment is larger than RAM", make_pvh_kernel,
     [](Image& image) { patch_segment<&Elf64_Phdr::p_memsz>(image, 1, 0x7000'0000U); }, "set \"memory\" to"},
    {"a segment lies in the PCI hole", make_pvh_kernel,
     [](Image& image) { patch_segment<&Elf64_Phdr::p_paddr>(image, 1, 0xd000'0000U); }, "where a PC has no RAM"},
    {"segments overlap", make_pvh_kernel,
     [](Image& image) { patch_segment<&Elf64_Phdr::p_paddr>(image, 1, 0x10'0800U); }, "segments overlap in memory"},
    {"segments of different permissions share a page", make_vitrine_kernel,
     [](Image& image) {
         patch_segment<&Elf64_Phdr::p_memsz>(image, 0, 0x1800U);
         patch_segment<&Elf64_Phdr::p_paddr>(image, 1, abi::kernel_physical_base + 0x1800);
         patch_segment<&Elf64_Phdr::p_vaddr>(image, 1, abi::kernel_image_base + abi::kernel_physical_base + 0x1800);
     },
     "two segments share a page"},
    {"a segment is linked elsewhere than it is mapped", make_vitrine_kernel,
     [](Image& image) { patch_segment<&Elf64_Phdr::p_paddr>(image, 1, 0x40'0000U); }, "it must be at"},
    {"a segment is writable and executable", make_vitrine_kernel,
     [](Image& image) { patch_segment<&Elf64_Phdr::p_flags>(image, 1, PF_R | PF_W | PF_X); },
     "is writable and executable"},
    {"the program header table lies beyond the file", make_vitrine_kernel,
     [](Image& image) { patch_header<&Elf64_Ehdr::e_phnum>(image, 0xffff); }, "the program header table takes"},
    {"the program header table's offset wraps", make_vitrine_kernel,
     [](Image& image) { patch_header<&Elf64_Ehdr::e_phoff>(image, ~0ULL - 8); }, "the program header table takes"},
    {"program headers have an odd size", make_vitrine_kernel,
     [](Image& image) { patch_header<&Elf64_Ehdr::e_phentsize>(image, 32); }, "a program header of 32 bytes"},
    {"the entry is in no segment", make_vitrine_kernel,
     [](Image& image) { patch_header<&Elf64_Ehdr::e_entry>(image, 0x20'0000); }, "the entry point 0x200000"},
    {"the entry is data", make_vitrine_kernel,
     [](Image& image) {
         patch_header<&Elf64_Ehdr::e_entry>(image, abi::kernel_image_base + abi::kernel_physical_base + 0x2000);
     },
     "is not in an executable segment"},
    {"a note's name runs out of its segment", make_vitrine_kernel,
     [](Image& image) {
         Elf64_Phdr notes;
         std::memcpy(&notes, image.data() + program_header64(2), sizeof notes);
         patch(image, notes.p_offset, std::uint32_t{0xffff'fff0});
     },
     "runs out of its segment"},
    {"a note's description runs out of its segment", make_pvh_kernel,
     [](Image& image) {
         Elf64_Phdr notes;
         std::memcpy(&notes, image.data() + program_header64(2), sizeof notes);
         patch(image, notes.p_offset + 4, std::uint32_t{0xffff'ffff});
     },
     "runs out of its segment"},
    {"the PVH entry is outside the image", make_pvh_kernel,
     [](Image& image) { patch(image, image.size() - 8, std::uint64_t{0x50'0000}); }, "the PVH entry 0x500000"},
    {"the ELF is for another machine", make_pvh_kernel,
     [](Image& image) { patch_header<&Elf64_Ehdr::e_machine>(image, EM_AARCH64); }, "for machine 183"},
    {"the ELF is big-endian", make_pvh_kernel, [](Image& image) { image[EI_DATA] = std::byte{ELFDATA2MSB}; },
     "big-endian"},
    {"the ELF is an object file", make_pvh_kernel,
     [](Image& image) { patch_header<&Elf64_Ehdr::e_type>(image, ET_REL); }, "link it first"},
    {"the ELF is position-independent", make_pvh_kernel,
     [](Image& image) { patch_header<&Elf64_Ehdr::e_type>(image, ET_DYN); }, "-no-pie"},
    {"the ELF has no segment", make_pvh_kernel, [](Image& image) { patch_header<&Elf64_Ehdr::e_phnum>(image, 0); },
     "no loadable segment"},
    {"the multiboot entry is outside the image", make_multiboot_flat,
     [](Image& image) { patch(image, 16 + 28, std::uint32_t{0x10'0000}); }, "the multiboot entry 0x100000"},
    {"the multiboot header is not where it says", make_multiboot_flat,
     [](Image& image) { patch(image, 16 + 12, std::uint32_t{0x30'0000}); }, "does not fit its place in the file"},
    {"the multiboot image ends before it begins", make_multiboot_flat,
     [](Image& image) { patch(image, 16 + 20, std::uint32_t{0x1000}); }, "load end is below its begin"},
    {"the multiboot image is larger than the file", make_multiboot_flat,
     [](Image& image) { patch(image, 16 + 20, std::uint32_t{0x30'0000}); }, "the file ends at"},
    {"the bzImage is 32-bit", make_bzimage, [](Image& image) { patch(image, 0x236, std::uint16_t{0}); },
     "has no 64-bit entry"},
    {"the bzImage is too old", make_bzimage, [](Image& image) { patch(image, 0x206, std::uint16_t{0x020a}); },
     "boot protocol 2.10"},
    {"the bzImage claims more code than there is", make_bzimage,
     [](Image& image) { patch(image, 0x1f4, std::uint32_t{0xffff'ffff}); }, "the kernel's code takes"},
    {"the bzImage's code ends before its entry", make_bzimage,
     [](Image& image) { patch(image, 0x1f4, std::uint32_t{0x20}); }, "do not reach the 64-bit entry"},
    {"the bzImage's alignment is no power of two", make_bzimage,
     [](Image& image) { patch(image, 0x230, std::uint32_t{0x3000}); }, "a kernel alignment of 0x3000"},
    {"the bzImage wants more memory than there is", make_bzimage,
     [](Image& image) { patch(image, 0x260, std::uint32_t{0x7fff'ffff}); }, "set \"memory\" to"},
    {"an ELF program is not a kernel", make_pvh_kernel, [](Image& image) { patch(image, image.size() - 12, 'x'); },
     "neither a Vitrine note"},
};

class Refused : public testing::TestWithParam<BadImage> {};

TEST_P(Refused, WithTheFileThePlaceAndTheReason)
{
    GuestFixture guest;
    Image image = GetParam().make();
    GetParam().spoil(image);

    const std::string message = image_error([&] { guest.load(image); });

    EXPECT_THAT(message, HasSubstr("test-image: "));
    EXPECT_THAT(message, HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(BadImage, Refused, testing::ValuesIn(bad_images), [](const auto& parameter) {
    std::string name = parameter.param.name;
    std::replace_if(
        name.begin(), name.end(), [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
    return name;
});

TEST(TruncatedImage, IsRefusedAtEveryLength)
{
    for (const auto make :
         {make_vitrine_kernel, make_pvh_kernel, make_multiboot_kernel, make_multiboot_flat, make_bzimage}) {
        const Image whole = make();
        for (std::size_t length = 0; length < whole.size(); ++length) {
            GuestFixture guest;
            const Image part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
            // The flat image's last bytes are beyond the load end its header gives.
            if (make == make_multiboot_flat && length >= 48) {
                EXPECT_NO_THROW(guest.load(part)) << length;
            } else {
                EXPECT_THROW(guest.load(part), ImageError) << length;
            }
        }
    }
}

TEST(KernelFile, IsRefusedWhenItIsMissingEmptyOrAFolder)
{
    const TemporaryFolder folder;
    GuestFixture guest;
    const auto error_for = [&](const std::filesystem::path& file) {
        guest.config.kernel = file;
        return image_error([&] { load_guest(guest.config, guest.memory, guest.facts); });
    };

    EXPECT_THAT(error_for(folder.path() / "none"), HasSubstr("No such file"));
    EXPECT_THAT(error_for(folder.path()), HasSubstr("is a directory"));
    EXPECT_THAT(error_for(folder.write("empty", "")), HasSubstr("is empty"));
    EXPECT_THAT(error_for("/dev/null"), HasSubstr("not a regular file"));
}

TEST(DetectProtocol, SaysWhatOtherFilesLookLike)
{
    using namespace std::string_view_literals;
    const auto error_for = [](std::string_view content) {
        const Image image = bytes_of(content);
        return image_error([&] { (void)detect_protocol(view_of(image)); });
    };

    EXPECT_THAT(error_for("\x1f\x8b\x08 and so on"),
                HasSubstr("compressed with gzip; unpack it first, e.g. with `gzip -d`"));
    EXPECT_THAT(error_for("\x28\xb5\x2f\xfd and so on"), HasSubstr("compressed with zstd"));
    EXPECT_THAT(error_for("\xfd"
                          "7zXZ\0"sv),
                HasSubstr("compressed with xz"));
    EXPECT_THAT(error_for("#!/bin/sh\n"), HasSubstr("a script"));
    EXPECT_THAT(error_for("int main() { return 0; }\n"), HasSubstr("a text file"));
    EXPECT_THAT(error_for("MZ\x90"), HasSubstr("a PE"));
    EXPECT_THAT(error_for("070701"), HasSubstr("an initramfs, not a kernel"));
    EXPECT_THAT(error_for(std::string(36, '\0') + "\x18\x28\x6f\x01"), HasSubstr("an ARM zImage"));
    EXPECT_THAT(error_for(std::string(510, '\0') + "\x55\xaa"), HasSubstr("a boot sector"));
    EXPECT_THAT(error_for(std::string(64, '\x01')), HasSubstr("\"protocol\": \"flat\""));
}

TEST(DetectProtocol, PrefersOurNoteToPvhAndPvhToMultiboot)
{
    Image both = make_pvh_kernel();
    const std::array<std::uint32_t, 3> multiboot{0x1bad'b002, 0, -0x1bad'b002U};
    while (both.size() % 4 != 0)
        both.push_back({});
    both.resize(both.size() + sizeof multiboot);
    patch(both, both.size() - sizeof multiboot, multiboot);

    EXPECT_EQ(detect_protocol(view_of(make_vitrine_kernel())), BootProtocol::vitrine);
    EXPECT_EQ(detect_protocol(view_of(both)), BootProtocol::pvh);
    EXPECT_EQ(detect_protocol(view_of(make_multiboot_kernel())), BootProtocol::multiboot);
    EXPECT_EQ(detect_protocol(view_of(make_bzimage())), BootProtocol::linux64);
}

} // namespace
} // namespace vitrine::test
