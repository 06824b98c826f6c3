#include "kernel/proc/elf.hpp"

#include "abi/layout.hpp"

namespace kernel::proc {
namespace {

/// Elf64_Ehdr.
struct FileHeader {
    u8 magic[4];
    u8 word_class;
    u8 data_encoding;
    u8 identification_version;
    u8 os_abi;
    u8 padding[8];
    u16 type;
    u16 machine;
    u32 version;
    u64 entry;
    u64 program_headers;
    u64 section_headers;
    u32 flags;
    u16 header_size;
    u16 program_header_size;
    u16 program_header_count;
    u16 section_header_size;
    u16 section_header_count;
    u16 section_names;
};
static_assert(sizeof(FileHeader) == elf_header_size);

/// Elf64_Phdr.
struct ProgramHeader {
    u32 type;
    u32 flags;
    u64 offset;
    u64 address;
    u64 physical_address;
    u64 file_size;
    u64 memory_size;
    u64 alignment;
};
static_assert(sizeof(ProgramHeader) == program_header_size);

constexpr u8 class_64 = 2;
constexpr u8 little_endian = 1;
constexpr u32 current_version = 1;
constexpr u16 type_executable = 2;
constexpr u16 type_shared = 3;
constexpr u16 machine_x86_64 = 62;
constexpr u32 segment_load = 1;
constexpr u32 segment_interpreter = 3;
constexpr u32 flag_execute = 1;
constexpr u32 flag_write = 2;
constexpr u32 flag_read = 4;

bool is_range_within(u64 begin, u64 size, u64 end) { return begin <= end && size <= end - begin; }

bool is_for_this_machine(const FileHeader& header)
{
    return header.magic[0] == 0x7f && header.magic[1] == 'E' && header.magic[2] == 'L' && header.magic[3] == 'F' &&
           header.word_class == class_64 && header.data_encoding == little_endian &&
           header.version == current_version && header.machine == machine_x86_64;
}

/// `first_free`: the end of the segment before.
Result<ElfSegment> check_segment(const ProgramHeader& header, u64 file_size, u64 first_free)
{
    const ElfSegment segment{
        .address = header.address,
        .offset = header.offset,
        .file_size = header.file_size,
        .memory_size = header.memory_size,
        .read = (header.flags & flag_read) != 0,
        .write = (header.flags & flag_write) != 0,
        .execute = (header.flags & flag_execute) != 0,
    };
    const bool valid = is_range_within(header.offset, header.file_size, file_size) &&
                       header.file_size <= header.memory_size &&
                       is_range_within(header.address, header.memory_size, vitrine::abi::user_end) &&
                       (header.address - header.offset) % page_size == 0 && segment.first_page() >= first_free;
    if (!valid)
        return Errno::enoexec;
    return segment;
}

} // namespace

Result<ElfHeader> parse_elf_header(std::span<const std::byte> bytes, u64 file_size)
{
    if (bytes.size() < elf_header_size)
        return Errno::enoexec;
    FileHeader header;
    __builtin_memcpy(&header, bytes.data(), sizeof header);
    if (!is_for_this_machine(header) || (header.type != type_executable && header.type != type_shared))
        return Errno::enoexec;
    if (header.program_header_size != program_header_size || header.program_header_count == 0 ||
        header.program_header_count > max_program_headers)
        return Errno::enoexec;
    const ElfHeader result{
        .position_independent = header.type == type_shared,
        .entry = header.entry,
        .program_headers = header.program_headers,
        .program_header_count = header.program_header_count,
    };
    if (!is_range_within(result.program_headers, result.program_headers_size(), file_size))
        return Errno::enoexec;
    return result;
}

Result<void> parse_program_headers(const ElfHeader& header, std::span<const std::byte> bytes, u64 file_size,
                                   ElfImage& image)
{
    if (bytes.size() < header.program_headers_size())
        return Errno::enoexec;
    image.header = header;
    image.segment_count = 0;
    image.program_headers_address = 0;
    image.interpreter_size = 0;
    u64 first_free = 0;
    bool entry_is_code = false;
    for (u32 index = 0; index < header.program_header_count; ++index) {
        ProgramHeader program_header;
        __builtin_memcpy(&program_header, bytes.data() + index * program_header_size, program_header_size);
        if (program_header.type == segment_interpreter) {
            if (!is_range_within(program_header.offset, program_header.file_size, file_size))
                return Errno::enoexec;
            image.interpreter = program_header.offset;
            image.interpreter_size = program_header.file_size;
        }
        if (program_header.type != segment_load || program_header.memory_size == 0)
            continue;
        if (image.segment_count == ElfImage::max_segments)
            return Errno::enoexec;
        const ElfSegment segment = TRY(check_segment(program_header, file_size, first_free));
        image.segments[image.segment_count++] = segment;
        first_free = segment.pages_end();
        entry_is_code |= segment.execute && header.entry - segment.address < segment.memory_size;
        if (header.program_headers >= segment.offset &&
            is_range_within(header.program_headers - segment.offset, header.program_headers_size(), segment.file_size))
            image.program_headers_address = segment.address + (header.program_headers - segment.offset);
    }
    if (!entry_is_code)
        return Errno::enoexec;
    return {};
}

} // namespace kernel::proc
