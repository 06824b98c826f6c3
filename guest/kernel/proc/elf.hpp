#pragma once

#include "lib/result.hpp"
#include "lib/types.hpp"

#include <array>
#include <cstddef>
#include <span>

/// Reading ELF64 executables (System V ABI, AMD64 supplement). Pure parsing of untrusted bytes: whatever is not a
/// well-formed x86-64 program gives ENOEXEC.
namespace kernel::proc {

inline constexpr u64 elf_header_size = 64;
inline constexpr u64 program_header_size = 56;
/// More than any linker makes; the headers must fit a page.
inline constexpr u32 max_program_headers = page_size / program_header_size;

/// What the file header says, as far as a loader cares.
struct ElfHeader {
    bool position_independent; ///< ET_DYN: may be loaded anywhere
    u64 entry;
    u64 program_headers; ///< file offset
    u32 program_header_count;

    u64 program_headers_size() const { return program_header_count * program_header_size; }
};

/// A part of the file to be mapped (PT_LOAD). Addresses are the file's, before the load bias.
struct ElfSegment {
    u64 address;     ///< congruent to `offset` modulo the page size
    u64 offset;      ///< in the file
    u64 file_size;   ///< bytes that come from the file
    u64 memory_size; ///< at least file_size; the rest is zero
    bool read;
    bool write;
    bool execute;

    u64 first_page() const { return align_down(address, page_size); }
    u64 file_pages_end() const { return file_size == 0 ? first_page() : align_up(address + file_size, page_size); }
    u64 pages_end() const { return align_up(address + memory_size, page_size); }
};

/// Segments are in order of address and share no page.
struct ElfImage {
    static constexpr std::size_t max_segments = 16;

    ElfHeader header;
    std::array<ElfSegment, max_segments> segments;
    u32 segment_count = 0;
    u64 interpreter = 0;             ///< where the file has the path of its interpreter (PT_INTERP), the NUL with it
    u64 interpreter_size = 0;        ///< 0: it needs none
    u64 program_headers_address = 0; ///< where they end up in memory; 0 when no segment holds them

    std::span<const ElfSegment> loaded() const { return {segments.data(), segment_count}; }
    u64 first_page() const { return segments[0].first_page(); }
    u64 pages_end() const { return segments[segment_count - 1].pages_end(); }
};

/// `bytes`: the beginning of the file, at least elf_header_size of it. `file_size` bounds what the header points at.
Result<ElfHeader> parse_elf_header(std::span<const std::byte> bytes, u64 file_size);

/// `bytes`: the program headers, header.program_headers_size() of them. Fills `image`.
Result<void> parse_program_headers(const ElfHeader& header, std::span<const std::byte> bytes, u64 file_size,
                                   ElfImage& image);

} // namespace kernel::proc
