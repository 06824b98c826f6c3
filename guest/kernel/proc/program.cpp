#include "kernel/proc/program.hpp"

#include "abi/layout.hpp"
#include "arch/clock.hpp"
#include "arch/processor.hpp"
#include "arch/user_access.hpp"
#include "kernel/mm/heap.hpp"
#include "kernel/proc/credentials.hpp"
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

/// Where a dynamic program's interpreter is loaded: out of the way of the heap, of the stack, and of what mmap(2) finds
/// room for.
constexpr u64 interpreter_base = 0x7ff0'0000'0000;

/// An image, mapped. Its entry, and what is to be added to its addresses.
struct Loaded {
    ElfImage image;
    u64 bias;

    u64 entry() const { return image.header.entry + bias; }
};

Result<void> map_image(mm::AddressSpace& space, const Ref<fs::Inode>& file, Loaded& loaded, u64 base)
{
    loaded.bias = loaded.image.header.position_independent ? base : 0;
    if (loaded.image.pages_end() > vitrine::abi::user_end - loaded.bias)
        return Errno::enoexec;
    for (const ElfSegment& segment : loaded.image.loaded())
        TRY(map_segment(space, file, segment, loaded.bias));
    return {};
}

/// The program's interpreter (the dynamic loader), mapped as well: it is what is entered.
Result<Loaded> load_interpreter(mm::AddressSpace& space, fs::Inode& program, const ElfImage& image,
                                const FindFile& find)
{
    char path[max_interpreter_path];
    if (image.interpreter_size < 2 || image.interpreter_size > sizeof path)
        return Errno::enoexec;
    TRY(read_exactly(program, image.interpreter,
                     std::as_writable_bytes(std::span{path}.first(image.interpreter_size))));
    if (path[image.interpreter_size - 1] != '\0')
        return Errno::enoexec;
    const auto file = TRY(find(path));
    Loaded loaded{};
    TRY(read_image(*file, loaded.image));
    TRY(map_image(space, file, loaded, interpreter_base));
    return loaded;
}

/// Two words for AT_RANDOM: from the processor, or else from the time, which is all there is.
std::array<u64, 2> random_words()
{
    constexpr u64 multiplier = 0x9e37'79b9'7f4a'7c15; // 2^64 / golden ratio: spreads the time stamp over all bits
    const auto word = [] { return arch::hardware_random().value_or(arch::timestamp_counter() * multiplier); };
    return {word(), word()};
}

} // namespace

Result<Program> load_program(const Ref<fs::Inode>& file, std::string_view file_name, const ArgumentStrings& strings,
                             const FindFile& find)
{
    Loaded loaded{};
    TRY(read_image(*file, loaded.image));
    const ElfImage& image = loaded.image;
    auto space = TRY(mm::AddressSpace::create());
    TRY(map_image(*space, file, loaded, independent_base));
    space->set_heap_start({image.pages_end() + loaded.bias});
    u64 entry = loaded.entry();
    u64 base = 0;
    if (image.interpreter_size != 0) {
        const Loaded interpreter = TRY(load_interpreter(*space, *file, image, find));
        entry = interpreter.entry();
        base = interpreter.bias;
    }

    const VirtualAddress stack_top = TRY(space->map_stack(stack_limit));
    const u64 headers = image.program_headers_address;
    const StartFacts facts{
        .program_headers = headers == 0 ? 0 : headers + loaded.bias,
        .program_header_count = headers == 0 ? 0 : image.header.program_header_count,
        .entry = loaded.entry(),
        .base = base,
        .hardware_capabilities = arch::hardware_capabilities(),
        .random = random_words(),
        .uid = credentials().uid,
        .euid = credentials().euid,
        .gid = credentials().gid,
        .egid = credentials().egid,
    };
    return Program { std::move(space), {entry}, TRY(InitialStack::build(stack_top, strings, file_name, facts)) };
}

Result<std::optional<ScriptLine>> read_script_line(fs::Inode& file, std::span<char> room)
{
    fs::KernelSink sink{std::as_writable_bytes(room)};
    const u64 size = TRY(file.read(0, room.size(), sink));
    return parse_script_line({room.data(), size});
}

Result<arch::TrapFrame> prepare_to_enter(const Program& program)
{
    TRY(arch::copy_to_user(program.stack.stack_pointer(), program.stack.bytes()));
    return arch::user_frame(program.entry, program.stack.stack_pointer());
}

} // namespace kernel::proc
