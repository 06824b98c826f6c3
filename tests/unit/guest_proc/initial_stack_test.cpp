#include "kernel/proc/initial_stack.hpp"

#include "tests/unit/guest_proc/transfers.hpp"

#include <elf.h>

#include <map>
#include <vector>

namespace {

using kernel::Errno;
using kernel::proc::ArgumentStrings;
using kernel::proc::InitialStack;
using kernel::proc::StartFacts;

constexpr kernel::VirtualAddress top{0x7fff'ffff'f000};
constexpr StartFacts facts{.program_headers = 0x400040,
                           .program_header_count = 5,
                           .entry = 0x401000,
                           .base = 0,
                           .hardware_capabilities = 0x1234,
                           .random = {11, 22}};

/// Reads a stack as a program would.
class Reader {
public:
    explicit Reader(const InitialStack& stack) : stack_{stack}
    {
        u64 at = stack.stack_pointer().value;
        argument_count = word(at);
        at += 8;
        at = strings(at, arguments);
        at = strings(at, environment);
        for (; word(at) != AT_NULL; at += 16)
            auxiliary[word(at)] = word(at + 8);
        vectors_end = at + 16;
    }

    u64 word(u64 address) const
    {
        u64 value = 0;
        std::memcpy(&value, at(address, 8), 8);
        return value;
    }
    std::string text(u64 address) const { return reinterpret_cast<const char*>(at(address, 1)); }

    u64 argument_count = 0;
    std::vector<std::string> arguments;
    std::vector<std::string> environment;
    std::map<u64, u64> auxiliary;
    u64 vectors_end = 0;

private:
    const std::byte* at(u64 address, u64 size) const
    {
        const u64 offset = address - stack_.stack_pointer().value;
        EXPECT_LE(offset + size, stack_.bytes().size());
        return stack_.bytes().data() + offset;
    }
    u64 strings(u64 address, std::vector<std::string>& into)
    {
        for (; word(address) != 0; address += 8)
            into.push_back(text(word(address)));
        return address + 8;
    }

    const InitialStack& stack_;
};

using InitialStacks = test::WithMemory;

TEST_F(InitialStacks, HoldArgumentsEnvironmentAndFacts)
{
    ArgumentStrings strings;
    ASSERT_TRUE(strings.add_argument("/init"));
    ASSERT_TRUE(strings.add_argument(""));
    ASSERT_TRUE(strings.add_argument("-x"));
    ASSERT_TRUE(strings.add_environment("HOME=/"));

    const auto stack = InitialStack::build(top, strings, "/bin/init", facts).release();
    const Reader seen{stack};

    EXPECT_EQ(seen.argument_count, 3U);
    EXPECT_EQ(seen.arguments, (std::vector<std::string>{"/init", "", "-x"}));
    EXPECT_EQ(seen.environment, (std::vector<std::string>{"HOME=/"}));
    EXPECT_EQ(seen.auxiliary.at(AT_PHDR), facts.program_headers);
    EXPECT_EQ(seen.auxiliary.at(AT_PHNUM), 5U);
    EXPECT_EQ(seen.auxiliary.at(AT_PHENT), 56U);
    EXPECT_EQ(seen.auxiliary.at(AT_ENTRY), facts.entry);
    EXPECT_EQ(seen.auxiliary.at(AT_BASE), 0U);
    EXPECT_EQ(seen.auxiliary.at(AT_PAGESZ), 4096U);
    EXPECT_EQ(seen.auxiliary.at(AT_HWCAP), 0x1234U);
    EXPECT_EQ(seen.text(seen.auxiliary.at(AT_EXECFN)), "/bin/init");
    EXPECT_EQ(seen.text(seen.auxiliary.at(AT_PLATFORM)), "x86_64");
    EXPECT_EQ(seen.word(seen.auxiliary.at(AT_RANDOM)), 11U);
    EXPECT_EQ(seen.word(seen.auxiliary.at(AT_RANDOM) + 8), 22U);
    for (const u64 type : {AT_UID, AT_EUID, AT_GID, AT_EGID, AT_SECURE, AT_CLKTCK, AT_HWCAP2})
        EXPECT_TRUE(seen.auxiliary.contains(type)) << type;
}

TEST_F(InitialStacks, AreAlignedWhateverTheyHold)
{
    for (unsigned count = 0; count < 8; ++count)
        for (unsigned length = 0; length < 20; ++length) {
            ArgumentStrings strings;
            for (unsigned i = 0; i < count; ++i)
                ASSERT_TRUE(strings.add_argument(std::string(length + i, 'a')));

            const auto stack = InitialStack::build(top, strings, std::string(length, 'n'), facts).release();
            const Reader seen{stack};

            ASSERT_EQ(stack.stack_pointer().value % 16, 0U);
            ASSERT_EQ(stack.stack_pointer().value + stack.bytes().size(), top.value);
            ASSERT_LE(seen.vectors_end, seen.auxiliary.at(AT_RANDOM));
            ASSERT_EQ(seen.arguments.size(), count);
        }
}

TEST_F(InitialStacks, TakeManyArguments)
{
    ArgumentStrings strings;
    for (unsigned i = 0; i < 1000; ++i)
        ASSERT_TRUE(strings.add_argument(std::to_string(i)));
    for (unsigned i = 0; i < 1000; ++i)
        ASSERT_TRUE(strings.add_environment("V=" + std::to_string(i)));

    const auto stack = InitialStack::build(top, strings, "/init", facts).release();
    const Reader seen{stack};

    EXPECT_EQ(seen.arguments.at(999), "999");
    EXPECT_EQ(seen.environment.at(999), "V=999");
}

TEST_F(InitialStacks, RefuseMoreThanTheLimit)
{
    ArgumentStrings by_size;
    ArgumentStrings by_count;
    for (unsigned i = 0; i < ArgumentStrings::max_count; ++i)
        ASSERT_TRUE(by_count.add_argument("x"));

    EXPECT_EQ(by_count.add_environment("x").error(), Errno::e2big);
    EXPECT_EQ(by_size.add_argument(std::string(ArgumentStrings::max_size, 'x')).error(), Errno::e2big);
    EXPECT_TRUE(by_size.add_argument(std::string(ArgumentStrings::max_size - 1, 'x')));
    EXPECT_EQ(by_size.add_argument("").error(), Errno::e2big);
}

} // namespace
