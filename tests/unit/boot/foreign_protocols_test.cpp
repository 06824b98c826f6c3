#include "guest_fixture.hpp"
#include "page_walk.hpp"
#include "temporary_folder.hpp"

#include <gmock/gmock.h>

#include <array>
#include <asm/bootparam.h>

namespace vitrine::test {
namespace {

using testing::HasSubstr;

/// hvm_start_info as a guest reads it: 32-bit words, 64-bit fields in pairs.
struct StartInfo {
    std::uint32_t magic, version, flags, module_count;
    std::uint64_t modules, command_line, rsdp, memory_map;
    std::uint32_t memory_map_entries, reserved;
};

TEST(Pvh, EntersProtectedModeAtTheNotesAddressWithAStartInfo)
{
    GuestFixture guest;
    guest.config.command_line = "console=ttyS0";

    const LoadedGuest loaded = guest.load(make_pvh_kernel());

    EXPECT_EQ(loaded.protocol, BootProtocol::pvh);
    EXPECT_EQ(loaded.entry.mode, CpuMode::protected32);
    EXPECT_EQ(loaded.entry.rip, 0x10'0000U);
    EXPECT_EQ(guest.text_at(0x10'0000, 4), "pvh!");
    EXPECT_EQ(guest.text_at(0x10'1800, 4), "data");
    const auto info = guest.memory.read<StartInfo>(GuestAddress{loaded.entry.rbx});
    EXPECT_EQ(info.magic, 0x336e'c578U);
    EXPECT_EQ(info.version, 1U);
    EXPECT_EQ(info.module_count, 0U);
    EXPECT_EQ(info.modules, 0U);
    EXPECT_EQ(guest.string_at(info.command_line), "console=ttyS0");
    EXPECT_EQ(guest.text_at(info.rsdp, 8), "RSD PTR ");
}

TEST(Pvh, DescribesMemoryInFirmwaresTerms)
{
    GuestFixture guest;

    const LoadedGuest loaded = guest.load(make_pvh_kernel());

    expect_sound(loaded.memory_map, guest.memory.size());
    const auto info = guest.memory.read<StartInfo>(GuestAddress{loaded.entry.rbx});
    std::vector<abi::MemoryRange> map(info.memory_map_entries);
    guest.memory.read(GuestAddress{info.memory_map}, std::as_writable_bytes(std::span{map}));
    EXPECT_EQ(type_at(map, 0x10'0000), abi::MemoryType::usable);
    EXPECT_EQ(type_at(map, info.rsdp), abi::MemoryType::acpi);
    EXPECT_EQ(type_at(map, 0xa'0000), abi::MemoryType::reserved);
    EXPECT_LT(loaded.entry.rbx, Placement::legacy_begin.value);
}

TEST(Pvh, PassesTheInitramfsFirstAndThenTheModules)
{
    const TemporaryFolder folder;
    GuestFixture guest;
    guest.config.initramfs = folder.write("first.cpio", "not checked: Linux unpacks compressed ones");
    guest.config.modules = {folder.write("second", "second module")};

    const LoadedGuest loaded = guest.load(make_pvh_kernel());

    const auto info = guest.memory.read<StartInfo>(GuestAddress{loaded.entry.rbx});
    ASSERT_EQ(info.module_count, 2U);
    const auto list = guest.memory.read<std::array<std::array<std::uint64_t, 4>, 2>>(GuestAddress{info.modules});
    EXPECT_EQ(guest.text_at(list[0][0], list[0][1]), "not checked: Linux unpacks compressed ones");
    EXPECT_EQ(guest.text_at(list[1][0], list[1][1]), "second module");
    EXPECT_EQ(guest.string_at(list[1][2]), "second");
    EXPECT_EQ(list[0][0] % page_size.value, 0U);
}

TEST(Multiboot, EntersProtectedModeWithTheMagicAndTheInformation)
{
    GuestFixture guest;
    guest.config.kernel = "/somewhere/kernel.elf";
    guest.config.command_line = "one two";

    const LoadedGuest loaded = guest.load(make_multiboot_kernel());

    EXPECT_EQ(loaded.protocol, BootProtocol::multiboot);
    EXPECT_EQ(loaded.entry.mode, CpuMode::protected32);
    EXPECT_EQ(loaded.entry.rip, 0x10'000cU);
    EXPECT_EQ(loaded.entry.rax, 0x2bad'b002U);
    const auto info = guest.memory.read<std::array<std::uint32_t, 30>>(GuestAddress{loaded.entry.rbx});
    EXPECT_EQ(info[1], 0x9'f000U >> 10);
    EXPECT_EQ(info[2], 31U << 10);
    EXPECT_EQ(guest.string_at(info[4]), "kernel.elf one two");
    EXPECT_EQ(info[5], 0U);
    EXPECT_EQ(guest.string_at(info[16]), "vitrine");
}

TEST(Multiboot, GivesAMemoryMapWhoseEntriesSayTheirSize)
{
    GuestFixture guest;

    const LoadedGuest loaded = guest.load(make_multiboot_kernel());

    const auto info = guest.memory.read<std::array<std::uint32_t, 30>>(GuestAddress{loaded.entry.rbx});
    std::uint64_t total = 0;
    const std::uint32_t end = info[12] + info[11];
    for (std::uint32_t at = info[12]; at < end; at += 4 + guest.memory.read<std::uint32_t>(GuestAddress{at}))
        total += guest.memory.read<std::uint64_t>(GuestAddress{at + 12});
    EXPECT_EQ(total, guest.memory.size().value);
}

TEST(Multiboot, PassesModules)
{
    const TemporaryFolder folder;
    GuestFixture guest;
    guest.config.modules = {folder.write("environment", "A=1\n"), folder.write("other", "B")};

    const LoadedGuest loaded = guest.load(make_multiboot_kernel());

    const auto info = guest.memory.read<std::array<std::uint32_t, 30>>(GuestAddress{loaded.entry.rbx});
    ASSERT_EQ(info[5], 2U);
    const auto first = guest.memory.read<std::array<std::uint32_t, 4>>(GuestAddress{info[6]});
    EXPECT_EQ(guest.text_at(first[0], first[1] - first[0]), "A=1\n");
    EXPECT_EQ(guest.string_at(first[2]), "environment");
}

TEST(Multiboot, LoadsByTheHeadersAddresses)
{
    GuestFixture guest;

    const LoadedGuest loaded = guest.load(make_multiboot_flat());

    EXPECT_EQ(loaded.entry.rip, 0x20'0000U);
    EXPECT_EQ(guest.memory.read<std::uint32_t>(GuestAddress{0x20'0010}), 0x1bad'b002U);
    EXPECT_TRUE(loaded.symbols.empty());
}

TEST(Multiboot, RefusesAHeaderThatDemandsAVideoMode)
{
    GuestFixture guest;
    Image image = make_multiboot_flat();
    patch(image, 16 + 4, std::uint32_t{0x1'0004});
    patch(image, 16 + 8, -(0x1bad'b002U + 0x1'0004));

    EXPECT_THAT(image_error([&] { guest.load(image); }), HasSubstr("a video mode"));
}

TEST(Linux64, EntersTheCodeAt200AfterTheLoadAddress)
{
    GuestFixture guest;

    const LoadedGuest loaded = guest.load(make_bzimage());

    EXPECT_EQ(loaded.protocol, BootProtocol::linux64);
    EXPECT_EQ(loaded.entry.mode, CpuMode::long64);
    EXPECT_EQ(loaded.entry.rip, 0x100'0200U);
    EXPECT_EQ(guest.memory.read<std::uint8_t>(GuestAddress{0x100'0200}), 0x90);
    const auto code = translate(guest.memory, loaded.entry.page_tables, 0x100'0200);
    ASSERT_TRUE(code);
    EXPECT_EQ(code->physical.value, 0x100'0200U);
    EXPECT_TRUE(code->executable && code->writable);
}

TEST(Linux64, FillsTheZeroPage)
{
    const TemporaryFolder folder;
    GuestFixture guest;
    guest.config.command_line = "console=ttyS0";
    guest.config.initramfs = folder.write("initrd", "initrd bytes");

    const LoadedGuest loaded = guest.load(make_bzimage());

    const auto params = guest.memory.read<boot_params>(GuestAddress{loaded.entry.rsi});
    EXPECT_EQ(params.hdr.header, 0x5372'6448U);
    EXPECT_EQ(params.hdr.type_of_loader, 0xff);
    EXPECT_EQ(guest.string_at(params.hdr.cmd_line_ptr), "console=ttyS0");
    EXPECT_EQ(guest.text_at(params.hdr.ramdisk_image, params.hdr.ramdisk_size), "initrd bytes");
    EXPECT_EQ(guest.text_at(params.acpi_rsdp_addr, 8), "RSD PTR ");
    EXPECT_EQ(params.sentinel, 0);
    std::uint64_t total = 0;
    for (unsigned i = 0; i < params.e820_entries; ++i)
        total += params.e820_table[i].size;
    EXPECT_EQ(total, guest.memory.size().value);
}

TEST(Linux64, MovesARelocatableKernelThatDoesNotFitWhereItLikes)
{
    GuestFixture guest{Bytes{8 << 20}};

    const LoadedGuest loaded = guest.load(make_bzimage());

    EXPECT_EQ(loaded.entry.rip, 0x20'0200U);
}

TEST(Linux64, PutsTheInitrdBelowTheKernelsLimit)
{
    const TemporaryFolder folder;
    GuestFixture guest;
    guest.config.initramfs = folder.write("initrd", "initrd bytes");
    Image image = make_bzimage();
    patch(image, 0x22c, std::uint32_t{0xff'ffff});

    const LoadedGuest loaded = guest.load(image);

    const auto params = guest.memory.read<boot_params>(GuestAddress{loaded.entry.rsi});
    EXPECT_EQ(params.hdr.ramdisk_image, 0xff'f000U);
}

TEST(Linux64, RefusesACommandLineThatTheKernelWouldCutOff)
{
    GuestFixture guest;
    guest.config.command_line = std::string(2048, 'x');

    EXPECT_THAT(image_error([&] { guest.load(make_bzimage()); }),
                HasSubstr("the command line has 2048 characters, this kernel takes 2047"));
}

struct Flat : GuestFixture {
    Flat(CpuMode mode, std::uint64_t address) : GuestFixture{Bytes{1 << 20}}
    {
        config.protocol = BootProtocol::flat;
        config.flat = {.address = {address}, .entry = {address}, .mode = mode};
    }
};

TEST(FlatProgram, StartsInRealModeAtItsAddress)
{
    Flat guest{CpuMode::real16, 0x7c00};

    const LoadedGuest loaded = guest.load(bytes_of("program"));

    EXPECT_EQ(loaded.entry.mode, CpuMode::real16);
    EXPECT_EQ(loaded.entry.real_segment, 0);
    EXPECT_EQ(loaded.entry.rip, 0x7c00U);
    EXPECT_EQ(loaded.entry.rsp, 0x7c00U);
    EXPECT_EQ(guest.text_at(0x7c00, 7), "program");
}

TEST(FlatProgram, ReachesTheFirstMegabyteBySegments)
{
    Flat guest{CpuMode::real16, 0xf'fff0};

    const LoadedGuest loaded = guest.load(bytes_of("reset"));

    EXPECT_EQ((std::uint64_t{loaded.entry.real_segment} << 4) + loaded.entry.rip, 0xf'fff0U);
}

TEST(FlatProgram, StartsInProtectedModeOnAFlatGdt)
{
    Flat guest{CpuMode::protected32, 0x1000};

    const LoadedGuest loaded = guest.load(bytes_of("program"));

    EXPECT_EQ(loaded.entry.mode, CpuMode::protected32);
    EXPECT_EQ(guest.memory.read<std::uint64_t>(loaded.entry.gdt + Bytes{0x10}), 0x00cf'9b00'0000'ffff);
    EXPECT_EQ(guest.memory.read<std::uint64_t>(loaded.entry.gdt + Bytes{0x18}), 0x00cf'9300'0000'ffff);
}

TEST(FlatProgram, StartsInLongModeOnIdentityPages)
{
    Flat guest{CpuMode::long64, 0x1000};

    const LoadedGuest loaded = guest.load(bytes_of("program"));

    for (const std::uint64_t address : {0x1000ULL, 0xfee0'0000ULL}) {
        const auto mapped = translate(guest.memory, loaded.entry.page_tables, address);
        ASSERT_TRUE(mapped) << address;
        EXPECT_EQ(mapped->physical.value, address);
    }
}

TEST(FlatProgram, IsRefusedWhenItsEntryIsOutsideIt)
{
    Flat guest{CpuMode::protected32, 0x1000};
    guest.config.flat.entry = {0x2000};

    EXPECT_THAT(image_error([&] { guest.load(bytes_of("program")); }), HasSubstr("the entry 0x2000 is outside"));
}

TEST(FlatProgram, IsRefusedOutsideRam)
{
    Flat guest{CpuMode::protected32, 0xf'ffff};

    EXPECT_THAT(image_error([&] { guest.load(bytes_of("program")); }), HasSubstr("set \"memory\" to \"2M\" or more"));
}

} // namespace
} // namespace vitrine::test
