#include "kernel/proc/program.hpp"

#include "abi/layout.hpp"
#include "arch/clock.hpp"
#include "arch/processor.hpp"
#include "arch/user_access.hpp"
#include "kernel/mm/heap.hpp"
#include "kernel/proc/elf.hpp"
#include "kernel/proc/zero_tail_source.hpp"

namespace kernel::proc {
namespace {

/// Where position-independent programs are loaded: where Linux loads them without randomisation.
constexpr u64 independent_base = 0x5555'5555'4000;

struct HeadersRoom {
    HeadersRoom() {} // leaves the bytes as they are
    std::byte bytes[max_program_headers * program_header_size];
};

/// ENOEXEC when the file ends too early.
Result<void> read_exactly(fs::Inode& file, u64 offset, std::span<std::byte> to)
{
    fs::KernelSink sink{to};
    if (TRY(file.read(offset, to.size(), sink)) != to.size())
        return Errno::enoexec;
    return {};
}

Result<void> read_image(fs::Inode& file, ElfImage& image)
{
    std::byte header_bytes[elf_header_size];
    TRY(read_exactly(file, 0, header_bytes));
    const u64 file_size = file.size();
    const ElfHeader header = TRY(parse_elf_header(header_bytes, file_size));
    const auto room = TRY(make_box<HeadersRoom>());
    const auto program_headers = std::span{room->bytes}.first(header.program_headers_size());
    TRY(read_exactly(file, header.program_headers, program_headers));
    return parse_program_headers(header, program_headers, file_size, image);
}

Result<void> map_segment(mm::AddressSpace& space, const Ref<fs::Inode>& file, const ElfSegment& segment, u64 bias)
{
    const mm::Protection protection{segment.read, segment.write, segment.execute};
    const u64 file_pages = segment.file_pages_end() - segment.first_page();
    if (file_pages != 0) {
        const u64 file_end = segment.offset + segment.file_size;
        Ref<mm::PageSource> source = file;
        if (segment.memory_size > segment.file_size && file_end % page_size != 0)
            source = TRY(make_ref<ZeroTailSource>(file, file_end));
        TRY(space.map_file({segment.first_page() + bias}, file_pages, protection, mm::Placement::fixed_if_unused,
                           std::move(source), align_down(segment.offset, page_size)));
    }
    const u64 zero_pages = segment.pages_end() - segment.file_pages_end();
    if (zero_pages != 0)
        TRY(space.map_anonymous({segment.file_pages_end() + bias}, zero_pages, protection,
                                mm::Placement::fixed_if_unused));
    return {};
}

/// Two words for AT_RANDOM: from the processor, or else from the time, which is all there is.
std::array<u64, 2> random_words()
{
    constexpr u64 multiplier = 0x9e37'79b9'7f4a'7c15; // 2^64 / golden ratio: spreads the time stamp over all bits
    const auto word = [] { return arch::hardware_random().value_or(arch::timestamp_counter() * multiplier); };
    return {word(), word()};
}

} // namespace

Result<Program> load_program(const Ref<fs::Inode>& file, std::string_view file_name, const ArgumentStrings& strings)
{
    ElfImage image;
    TRY(read_image(*file, image));
    const u64 bias = image.header.position_independent ? independent_base : 0;
    if (image.pages_end() > vitrine::abi::user_end - bias)
        return Errno::enoexec;

    auto space = TRY(mm::AddressSpace::create());
    for (const ElfSegment& segment : image.loaded())
        TRY(map_segment(*space, file, segment, bias));
    space->set_heap_start({image.pages_end() + bias});

    const VirtualAddress stack_top = TRY(space->map_stack(stack_limit));
    const u64 headers = image.program_headers_address;
    const StartFacts facts{
        .program_headers = headers == 0 ? 0 : headers + bias,
        .program_header_count = headers == 0 ? 0 : image.header.program_header_count,
        .entry = image.header.entry + bias,
        .base = 0,
        .hardware_capabilities = arch::hardware_capabilities(),
        .random = random_words(),
    };
    return Program { std::move(space), {facts.entry}, TRY(InitialStack::build(stack_top, strings, file_name, facts)) };
}

Result<arch::TrapFrame> prepare_to_enter(const Program& program)
{
    TRY(arch::copy_to_user(program.stack.stack_pointer(), program.stack.bytes()));
    return arch::user_frame(program.entry, program.stack.stack_pointer());
}

} // namespace kernel::proc
