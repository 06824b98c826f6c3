#include "kernel/proc/initial_stack.hpp"

#include "kernel/mm/heap.hpp"
#include "kernel/proc/elf.hpp"

#include <utility>

namespace kernel::proc {
namespace {

constexpr std::string_view platform_name{"x86_64\0", 7}; // its NUL with it
constexpr u64 user_clock_ticks = 100;                    ///< per second: times(2)'s unit
constexpr u64 auxiliary_count = 18;                      ///< without AT_NULL
constexpr u64 stack_alignment = 16;

/// Where everything above the vectors goes, from the top down.
struct Layout {
    u64 file_name;
    u64 strings;
    u64 platform;
    u64 random;
    u64 pointer;

    Layout(u64 top, const ArgumentStrings& arguments, std::string_view name, u64 vector_words)
    {
        file_name = top - sizeof(u64) - (name.size() + 1); // a zero word ends the stack, as in Linux
        strings = file_name - arguments.bytes().size();
        platform = strings - platform_name.size();
        random = align_down(platform - 16, stack_alignment);
        pointer = align_down(random - vector_words * sizeof(u64), stack_alignment);
    }
};

} // namespace

InitialStack::InitialStack(InitialStack&& other) noexcept
    : pointer_{other.pointer_}, bytes_{std::exchange(other.bytes_, nullptr)}, size_{other.size_}
{}

InitialStack::~InitialStack() { mm::kfree(bytes_); }

Result<InitialStack> InitialStack::build(VirtualAddress top, const ArgumentStrings& strings, std::string_view file_name,
                                         const StartFacts& facts)
{
    const u64 string_count = strings.argument_count() + strings.environment_count();
    const u64 words = 1 + string_count + 2 + 2 * (auxiliary_count + 1);
    const Layout at{top.value, strings, file_name, words};

    InitialStack stack;
    stack.pointer_ = {at.pointer};
    stack.size_ = top.value - at.pointer;
    stack.bytes_ = static_cast<std::byte*>(mm::kmalloc(stack.size_));
    if (stack.bytes_ == nullptr)
        return Errno::enomem;
    __builtin_memset(stack.bytes_, 0, stack.size_);

    const auto place = [&](u64 address, const void* from, u64 size) {
        if (size != 0) // without arguments there are no strings to point at
            __builtin_memcpy(stack.bytes_ + (address - at.pointer), from, size);
    };
    place(at.file_name, file_name.data(), file_name.size());
    place(at.strings, strings.bytes().data(), strings.bytes().size());
    place(at.platform, platform_name.data(), platform_name.size());
    place(at.random, facts.random.data(), sizeof facts.random);

    // The zeros that end argv, envp and the auxiliary vector are there already.
    auto* const vectors = reinterpret_cast<u64*>(stack.bytes_);
    vectors[0] = strings.argument_count();
    for (u32 index = 0; index < string_count; ++index) {
        const u64 ended = index < strings.argument_count() ? 0 : 1;
        vectors[1 + index + ended] = at.strings + strings.offset(index);
    }

    const std::pair<Auxiliary, u64> auxiliary[auxiliary_count] = {
        {Auxiliary::program_headers, facts.program_headers},
        {Auxiliary::program_header_size, program_header_size},
        {Auxiliary::program_header_count, facts.program_header_count},
        {Auxiliary::page_size, page_size},
        {Auxiliary::base, facts.base},
        {Auxiliary::flags, 0},
        {Auxiliary::entry, facts.entry},
        {Auxiliary::uid, facts.uid},
        {Auxiliary::euid, facts.euid},
        {Auxiliary::gid, facts.gid},
        {Auxiliary::egid, facts.egid},
        {Auxiliary::secure, facts.secure ? 1UL : 0},
        {Auxiliary::random, at.random},
        {Auxiliary::hardware_capabilities, facts.hardware_capabilities},
        {Auxiliary::hardware_capabilities_2, 0},
        {Auxiliary::platform, at.platform},
        {Auxiliary::clock_ticks, user_clock_ticks},
        {Auxiliary::executable_name, at.file_name},
    };
    u64* word = vectors + 1 + string_count + 2;
    for (const auto& [type, value] : auxiliary) {
        *word++ = static_cast<u64>(type);
        *word++ = value;
    }
    return stack;
}

} // namespace kernel::proc
