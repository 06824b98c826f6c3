#include "kernel/proc/zero_tail_source.hpp"

#include "arch/paging.hpp"
#include "kernel/fs/ram_file.hpp"
#include "kernel/mm/page_allocator.hpp"
#include "kernel/mm/shared_page.hpp"
#include "tests/unit/guest_proc/transfers.hpp"

#include <cstring>

namespace {

using kernel::make_ref;
using kernel::page_size;
using kernel::fs::RamFile;
using kernel::proc::ZeroTailSource;

class ZeroTails : public test::WithMemory {
protected:
    ~ZeroTails() override { kernel::mm::free_pages(physical_, 1); }

    const kernel::PhysicalAddress physical_ = kernel::mm::alloc_pages(1).value();
    std::byte* const bytes_ = arch::direct_map<std::byte>(physical_);
};

TEST_F(ZeroTails, ReadAsTheFileUpToTheEndAndAsZerosBehindIt)
{
    std::memset(bytes_, 'd', 2 * page_size);
    const auto file = make_ref<RamFile>(0644, std::span<const std::byte>{bytes_, 2 * page_size}).release();
    ZeroTailSource source{file, page_size + 100};

    const auto whole = source.page_at(0).value();
    const auto tail = source.page_at(page_size).value();

    EXPECT_TRUE(whole.borrowed);
    EXPECT_FALSE(tail.borrowed);
    const auto* const page = arch::direct_map<char>(tail.address);
    EXPECT_EQ(page[99], 'd');
    EXPECT_EQ(page[100], 0);
    EXPECT_EQ(page[page_size - 1], 0);
    EXPECT_EQ(bytes_[page_size + 100], std::byte{'d'}); // the file's own is untouched
    EXPECT_EQ(source.page_at(2 * page_size).error(), kernel::Errno::enxio);
    kernel::mm::put_page(whole.address);
    kernel::mm::put_page(tail.address);
}

} // namespace
