#include "kernel/fs/ram_file.hpp"

#include "arch/paging.hpp"
#include "kernel/mm/page_allocator.hpp"
#include "kernel/mm/shared_page.hpp"
#include "tests/unit/guest_proc/transfers.hpp"

#include <array>
#include <cstring>

namespace {

using kernel::Errno;
using kernel::page_size;
using kernel::fs::RamFile;
using test::read;
using test::write;

std::span<const std::byte> bytes_of(const std::string& text) { return std::as_bytes(std::span{text}); }

std::string numbered(std::size_t size)
{
    std::string text(size, '\0');
    for (std::size_t i = 0; i < size; ++i)
        text[i] = static_cast<char>(i * 31 + i / 256);
    return text;
}

using RamFiles = test::WithMemory;

TEST_F(RamFiles, ReadsWhatItBeganWith)
{
    const std::string content = numbered(10000);
    RamFile file{0644, bytes_of(content)};

    EXPECT_EQ(file.size(), 10000U);
    EXPECT_EQ(read(file, 0, 20000), content);
    EXPECT_EQ(read(file, 5000, 100), content.substr(5000, 100));
    EXPECT_EQ(read(file, 10000, 1), "");
    EXPECT_EQ(read(file, ~u64{0}, 1), "");
}

TEST_F(RamFiles, LeavesWhatItBeganWithAsItWas)
{
    const std::string content = numbered(3 * page_size);
    const std::string before = numbered(3 * page_size);
    RamFile file{0644, bytes_of(content)};

    EXPECT_EQ(write(file, page_size + 10, "written"), 7U);

    std::string expected = content;
    expected.replace(page_size + 10, 7, "written");
    EXPECT_EQ(read(file, 0, expected.size()), expected);
    EXPECT_EQ(content, before);
}

TEST_F(RamFiles, GrowsByWritingAndHasZerosWhereNothingWasWritten)
{
    const std::string content = "begin";
    RamFile file{0644, bytes_of(content)};

    EXPECT_EQ(write(file, 3 * page_size, "far"), 3U);

    EXPECT_EQ(file.size(), 3 * page_size + 3);
    EXPECT_EQ(read(file, 0, 10), std::string("begin\0\0\0\0\0", 10));
    EXPECT_EQ(read(file, 2 * page_size, 4), std::string(4, '\0'));
    EXPECT_EQ(read(file, 3 * page_size, 10), "far");
}

TEST_F(RamFiles, ForgetsWhatWasCutOff)
{
    const std::string content = numbered(2 * page_size);
    RamFile file{0644, bytes_of(content)};
    write(file, 2 * page_size, "tail");

    ASSERT_TRUE(file.truncate(100));
    ASSERT_TRUE(file.truncate(3 * page_size));

    EXPECT_EQ(file.size(), 3 * page_size);
    EXPECT_EQ(read(file, 0, 100), content.substr(0, 100));
    EXPECT_EQ(read(file, 100, 3 * page_size), std::string(3 * page_size - 100, '\0'));
}

TEST_F(RamFiles, GivesItsPagesBack)
{
    {
        RamFile first{0644}; // slab caches keep a page each from their first object on
        write(first, 0, numbered(50 * page_size));
    }
    const u64 before = kernel::mm::page_counts().free;

    {
        RamFile file{0644};
        write(file, 0, numbered(50 * page_size));
        EXPECT_LE(kernel::mm::page_counts().free, before - 50);
    }
    EXPECT_EQ(kernel::mm::page_counts().free, before);

    RamFile file{0644};
    write(file, 0, numbered(50 * page_size));
    ASSERT_TRUE(file.truncate(0));
    EXPECT_EQ(kernel::mm::page_counts().free, before);
}

TEST_F(RamFiles, TellsHowMuchCameBeforeAFault)
{
    RamFile file{0644};
    write(file, 0, numbered(2 * page_size));
    test::TextSink short_memory{page_size};
    test::TextSink no_memory{0};

    EXPECT_EQ(file.read(0, 2 * page_size, short_memory).value(), page_size);
    EXPECT_EQ(file.read(0, 10, no_memory).error(), Errno::efault);
}

TEST_F(RamFiles, RefusesToGrowBeyondWhatAnOffsetCanSay)
{
    RamFile file{0644};
    test::TextSource source{"x"};

    EXPECT_EQ(file.write(kernel::fs::max_file_size, 1, source).error(), Errno::efbig);
    EXPECT_EQ(file.truncate(kernel::fs::max_file_size + 1).error(), Errno::efbig);
    EXPECT_EQ(file.size(), 0U);
    EXPECT_EQ(file.write(u64{1} << 60, 1, source).value(), 1U) << "what lies between takes no room";
}

TEST_F(RamFiles, LendsPagesWhereTheyLieAndCopiesOthersOnce)
{
    const auto physical = kernel::mm::alloc_pages(1).value();
    auto* const pages = arch::direct_map<char>(physical);
    std::memset(pages, 'a', 2 * page_size);
    {
        RamFile aligned{0644, std::as_bytes(std::span{pages, 2 * page_size - 10})};
        RamFile unaligned{0644, std::as_bytes(std::span{pages + 1, page_size})};

        const auto whole = aligned.page_at(0).value();
        const auto last = aligned.page_at(page_size).value();
        const auto again = aligned.page_at(page_size).value();
        const auto shifted = unaligned.page_at(0).value();

        EXPECT_EQ(whole.address, physical);
        EXPECT_EQ(last.address, again.address);
        EXPECT_EQ(arch::direct_map<char>(last.address)[page_size - 11], 'a');
        EXPECT_EQ(arch::direct_map<char>(last.address)[page_size - 10], 0);
        EXPECT_EQ(arch::direct_map<char>(shifted.address)[page_size - 1], 'a');
        EXPECT_EQ(aligned.page_at(2 * page_size).error(), Errno::enxio);
        for (const auto& page : {whole, last, again, shifted}) {
            EXPECT_TRUE(page.borrowed);
            kernel::mm::put_page(page.address);
        }
    }
    kernel::mm::free_pages(physical, 1);
}

TEST_F(RamFiles, ShowsWritesInThePagesThatItHasLent)
{
    const auto physical = kernel::mm::alloc_page(kernel::mm::Contents::zeroed).value();
    {
        RamFile file{0644, {arch::direct_map<std::byte>(physical), page_size}};
        write(file, page_size, "before");
        const auto first = file.page_at(0).value().address;
        const auto second = file.page_at(page_size).value().address;

        write(file, 0, "new");
        write(file, page_size, "behind");
        arch::direct_map<char>(second)[6] = '!';

        EXPECT_EQ(std::memcmp(arch::direct_map<char>(first), "new", 4), 0);
        EXPECT_EQ(std::memcmp(arch::direct_map<char>(second), "behind!", 7), 0);
        EXPECT_EQ(read(file, page_size, 10), "behind");
        write(file, page_size + 7, "?");
        EXPECT_EQ(read(file, page_size, 10), "behind!?");
        kernel::mm::put_page(first);
        kernel::mm::put_page(second);
    }
    kernel::mm::free_page(physical);
}

TEST_F(RamFiles, TellsWhatIsInMemoryButMakesNothing)
{
    RamFile file{0644};
    write(file, 2 * page_size, "third");
    ASSERT_TRUE(file.truncate(4 * page_size));
    std::array<kernel::PhysicalAddress, 4> pages;

    EXPECT_EQ(file.pages_in_memory(0, pages), 0U);
    ASSERT_EQ(file.pages_in_memory(2 * page_size, pages), 1U);

    EXPECT_EQ(std::memcmp(arch::direct_map<char>(pages[0]), "third", 6), 0);
    kernel::mm::put_page(pages[0]);
}

TEST_F(RamFiles, CutsOffInTheMiddleOfAPageThatLiesWhereItBegan)
{
    const auto physical = kernel::mm::alloc_page().value();
    std::memset(arch::direct_map(physical), 'a', page_size);
    {
        RamFile file{0644, {arch::direct_map<std::byte>(physical), page_size}};

        ASSERT_TRUE(file.truncate(3));
        ASSERT_TRUE(file.truncate(6));

        EXPECT_EQ(read(file, 0, 10), (std::string{"aaa\0\0\0", 6}));
        EXPECT_EQ(file.page_at(0).value().address, physical);
        kernel::mm::put_page(physical);
    }
    kernel::mm::free_page(physical);
}

} // namespace
