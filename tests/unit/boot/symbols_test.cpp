#include "temporary_folder.hpp"

#include "vmm/boot/elf_image.hpp"
#include "vmm/boot/symbols.hpp"

#include <gtest/gtest.h>

#include <array>

namespace vitrine::test {
namespace {

const SymbolTable& sample()
{
    static const SymbolTable table{std::vector<Symbol>{
        {0x3000, 0, "last"}, {0x1000, 0x10, "first"}, {0x2000, 0, "unsized"}, {0x2000, 0x20, "sized"}}};
    return table;
}

std::string name_at(const SymbolTable& table, std::uint64_t address)
{
    const auto place = table.find(address);
    return place ? std::string{place->name} + "+" + std::to_string(place->offset) : "";
}

TEST(SymbolTable, FindsTheSymbolThatCoversAnAddress)
{
    EXPECT_EQ(name_at(sample(), 0xfff), "");
    EXPECT_EQ(name_at(sample(), 0x1000), "first+0");
    EXPECT_EQ(name_at(sample(), 0x100f), "first+15");
    EXPECT_EQ(name_at(sample(), 0x1010), "");
    EXPECT_EQ(name_at(sample(), 0x2001), "sized+1");
}

TEST(SymbolTable, LetsTheLastUnsizedSymbolReachAPage)
{
    EXPECT_EQ(name_at(sample(), 0x3fff), "last+4095");
    EXPECT_EQ(name_at(sample(), 0x4000), "");
}

TEST(SymbolTable, AsksItsSourceOnceAndOnlyWhenItIsAsked)
{
    int calls = 0;
    const SymbolTable table{SymbolTable::Source{[&calls] {
        ++calls;
        return std::vector<Symbol>{{1, 1, "one"}};
    }}};
    const std::array<SymbolTable, 1> copies{table};
    EXPECT_EQ(calls, 0);

    EXPECT_FALSE(table.empty());
    EXPECT_EQ(name_at(copies[0], 1), "one+0");
    EXPECT_EQ(calls, 1);
}

TEST(SymbolTable, IsEmptyByDefault)
{
    EXPECT_TRUE(SymbolTable{}.empty());
    EXPECT_FALSE(SymbolTable{}.find(0));
}

[[gnu::noinline, gnu::used]] void function_with_a_known_name(int) {}

TEST(ElfSymbols, OfThisProgramAreDemangled)
{
    const ImageFile self{"/proc/self/exe"};

    const auto symbols = read_elf_symbols(self.view());

    const std::string expected = "vitrine::test::(anonymous namespace)::function_with_a_known_name(int)";
    EXPECT_TRUE(std::any_of(symbols.begin(), symbols.end(), [&](const Symbol& s) { return s.name == expected; }));
}

TEST(ElfSymbols, SurviveEveryTruncationOfTheFile)
{
    const ImageFile self{"/proc/self/exe"};
    const auto bytes = self.view().bytes();

    for (std::size_t length = 0; length < bytes.size(); length += bytes.size() / 50 + 1) {
        const ImageView part{"part", bytes.first(length)};
        EXPECT_THROW((void)read_elf_symbols(part), ImageError) << length;
    }
}

} // namespace
} // namespace vitrine::test
