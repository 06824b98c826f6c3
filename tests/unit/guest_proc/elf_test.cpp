#include "kernel/proc/elf.hpp"

#include <elf.h>
#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <vector>

namespace {

using kernel::Errno;
using kernel::proc::ElfImage;
using kernel::proc::parse_elf_header;
using kernel::proc::parse_program_headers;

constexpr u64 file_size = 0x5000;

/// A program of two segments: code at 0x400000, and data with a .bss.
struct Program {
    Elf64_Ehdr header{};
    std::vector<Elf64_Phdr> segments;

    Program()
    {
        std::memcpy(header.e_ident, ELFMAG, SELFMAG);
        header.e_ident[EI_CLASS] = ELFCLASS64;
        header.e_ident[EI_DATA] = ELFDATA2LSB;
        header.e_ident[EI_VERSION] = EV_CURRENT;
        header.e_type = ET_EXEC;
        header.e_machine = EM_X86_64;
        header.e_version = EV_CURRENT;
        header.e_entry = 0x400100;
        header.e_phoff = sizeof header;
        header.e_phentsize = sizeof(Elf64_Phdr);
        segments.push_back({PT_LOAD, PF_R | PF_X, 0, 0x400000, 0x400000, 0x1234, 0x1234, 0x1000});
        segments.push_back({PT_LOAD, PF_R | PF_W, 0x2800, 0x402800, 0x402800, 0x900, 0x3000, 0x1000});
    }

    Errno load(ElfImage& image)
    {
        header.e_phnum = static_cast<Elf64_Half>(segments.size());
        const auto parsed = parse_elf_header(std::as_bytes(std::span{&header, 1}), file_size);
        if (!parsed)
            return parsed.error();
        const auto done = parse_program_headers(parsed.value(), std::as_bytes(std::span{segments}), file_size, image);
        return done ? Errno{} : done.error();
    }
};

TEST(Elf, ASoundProgramIsUnderstood)
{
    Program program;
    program.segments.push_back({PT_GNU_STACK, PF_R | PF_W, 0, 0, 0, 0, 0, 16});
    ElfImage image;

    ASSERT_EQ(program.load(image), Errno{});

    EXPECT_FALSE(image.header.position_independent);
    EXPECT_EQ(image.header.entry, 0x400100U);
    EXPECT_EQ(image.program_headers_address, 0x400040U);
    ASSERT_EQ(image.segment_count, 2U);
    const auto& code = image.segments[0];
    const auto& data = image.segments[1];
    EXPECT_TRUE(code.read && code.execute && !code.write);
    EXPECT_TRUE(data.read && data.write && !data.execute);
    EXPECT_EQ(data.first_page(), 0x402000U);
    EXPECT_EQ(data.file_pages_end(), 0x404000U);
    EXPECT_EQ(data.pages_end(), 0x406000U);
    EXPECT_EQ(image.first_page(), 0x400000U);
    EXPECT_EQ(image.pages_end(), 0x406000U);
}

TEST(Elf, ASegmentWithoutFileDataHasOnlyZeroPages)
{
    Program program;
    program.segments[1] = {PT_LOAD, PF_R | PF_W, 0x2800, 0x402800, 0x402800, 0, 0x100, 0x1000};
    ElfImage image;

    ASSERT_EQ(program.load(image), Errno{});

    EXPECT_EQ(image.segments[1].file_pages_end(), image.segments[1].first_page());
}

TEST(Elf, APositionIndependentProgramIsKnownAsOne)
{
    Program program;
    program.header.e_type = ET_DYN;
    program.header.e_entry = 0x100;
    program.segments[0].p_vaddr = 0;
    program.segments[1].p_vaddr = 0x2800;
    ElfImage image;

    ASSERT_EQ(program.load(image), Errno{});

    EXPECT_TRUE(image.header.position_independent);
    EXPECT_EQ(image.program_headers_address, 0x40U);
}

TEST(Elf, HostileFilesAreRefused)
{
    const std::pair<const char*, std::function<void(Program&)>> cases[] = {
        {"magic", [](Program& p) { p.header.e_ident[1] = 'e'; }},
        {"32 bits", [](Program& p) { p.header.e_ident[EI_CLASS] = ELFCLASS32; }},
        {"big endian", [](Program& p) { p.header.e_ident[EI_DATA] = ELFDATA2MSB; }},
        {"version", [](Program& p) { p.header.e_version = 2; }},
        {"machine", [](Program& p) { p.header.e_machine = EM_AARCH64; }},
        {"object file", [](Program& p) { p.header.e_type = ET_REL; }},
        {"core file", [](Program& p) { p.header.e_type = ET_CORE; }},
        {"header size", [](Program& p) { p.header.e_phentsize = 32; }},
        {"no headers", [](Program& p) { p.segments.clear(); }},
        {"too many headers", [](Program& p) { p.segments.resize(74); }},
        {"too many segments",
         [](Program& p) {
             for (u64 at = 0x500000; p.segments.size() < 17; at += 0x1000)
                 p.segments.push_back({PT_LOAD, PF_R, 0, at, at, 1, 1, 0x1000});
         }},
        {"headers past the end", [](Program& p) { p.header.e_phoff = file_size - 10; }},
        {"headers wrap", [](Program& p) { p.header.e_phoff = ~u64{0} - 10; }},
        {"interpreter past the end",
         [](Program& p) {
             p.segments.push_back({PT_INTERP, PF_R, file_size - 9, 0, 0, 10, 10, 1});
         }},
        {"nothing to load", [](Program& p) { p.segments[0].p_type = p.segments[1].p_type = PT_NULL; }},
        {"data past the end", [](Program& p) { p.segments[1].p_filesz = p.segments[1].p_memsz = 0x2801; }},
        {"offset wraps",
         [](Program& p) {
             p.segments[1].p_offset = ~u64{0} - 0x7ff;
             p.segments[1].p_filesz = 0x1000;
         }},
        {"less memory than file", [](Program& p) { p.segments[1].p_memsz = 0x8ff; }},
        {"kernel address", [](Program& p) { p.segments[1].p_vaddr = 0xffffffff80000800; }},
        {"first kernel page", [](Program& p) { p.segments[1].p_vaddr = 0x00007ffffffff800 - 0x1000; }},
        {"memory wraps", [](Program& p) { p.segments[1].p_memsz = ~u64{0} - 0x402000; }},
        {"offset not congruent", [](Program& p) { p.segments[1].p_offset = 0x2801; }},
        {"overlap", [](Program& p) { p.segments[1].p_vaddr = 0x401800; }},
        {"wrong order", [](Program& p) { std::swap(p.segments[0], p.segments[1]); }},
        {"entry outside", [](Program& p) { p.header.e_entry = 0x900000; }},
        {"entry before", [](Program& p) { p.header.e_entry = 0x3fffff; }},
        {"entry in data", [](Program& p) { p.header.e_entry = 0x402900; }},
        {"entry 0", [](Program& p) { p.header.e_entry = 0; }},
    };
    for (const auto& [name, spoil] : cases) {
        Program program;
        spoil(program);
        ElfImage image;
        EXPECT_EQ(program.load(image), Errno::enoexec) << name;
    }
}

TEST(Elf, TruncatedHeadersAreRefused)
{
    const Program program;
    const auto bytes = std::as_bytes(std::span{&program.header, 1});
    for (std::size_t size = 0; size < bytes.size(); ++size)
        EXPECT_EQ(parse_elf_header(bytes.first(size), file_size).error(), Errno::enoexec);
}

} // namespace
