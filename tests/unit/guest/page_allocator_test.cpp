#include "kernel/mm/page_allocator.hpp"

#include "arch/paging.hpp"
#include "tests/unit/guest/fake/machine.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <thread>
#include <vector>

namespace {

using fake::Machine;
using kernel::page_size;
using kernel::mm::Contents;

bool is_zero(kernel::PhysicalAddress page)
{
    const auto* const bytes = arch::direct_map<const char>(page);
    return std::all_of(bytes, bytes + page_size, [](char byte) { return byte == 0; });
}

TEST(PageAllocator, ClearsUsedPagesForThoseWhoWantZeros)
{
    Machine machine{8 * Machine::mebibyte, 0};
    machine.boot_pages();

    const auto page = kernel::mm::alloc_page(Contents::zeroed);

    EXPECT_TRUE(is_zero(page.value()));
}

TEST(PageAllocator, SaysThatThereIsNoMemory)
{
    Machine machine{8 * Machine::mebibyte};
    machine.boot_pages();

    while (kernel::mm::alloc_page()) {
    }

    EXPECT_EQ(kernel::mm::alloc_page().error(), kernel::Errno::enomem);
    EXPECT_EQ(kernel::mm::alloc_pages(kernel::mm::max_order + 1).error(), kernel::Errno::enomem);
    EXPECT_EQ(kernel::mm::page_counts().free, 0U);
}

TEST(PageAllocator, PanicsWithoutRam)
{
    Machine machine{Machine::mebibyte, {{0, Machine::mebibyte, vitrine::abi::MemoryType::usable, 0}}, 0};

    EXPECT_THROW(machine.boot_pages(), fake::Panic);
}

TEST(PageAllocator, ServesSeveralCpusAtOnce)
{
    Machine machine{32 * Machine::mebibyte};
    machine.boot_pages();
    const auto before = kernel::mm::page_counts();
    const auto work = [](unsigned cpu) {
        fake::set_cpu(cpu);
        std::vector<kernel::PhysicalAddress> pages;
        for (unsigned round = 0; round < 300; ++round) {
            pages.push_back(kernel::mm::alloc_page().value());
            std::memset(arch::direct_map(pages.back()), static_cast<int>(cpu), page_size);
            if (round % 3 == 0) {
                const auto page = pages[round % pages.size()];
                std::erase(pages, page);
                kernel::mm::free_page(page);
            }
        }
        for (const auto page : pages)
            kernel::mm::free_page(page);
    };

    std::vector<std::thread> cpus;
    for (unsigned cpu = 0; cpu < 4; ++cpu)
        cpus.emplace_back(work, cpu);
    for (std::thread& cpu : cpus)
        cpu.join();

    EXPECT_EQ(kernel::mm::page_counts().free, before.free);
}

} // namespace
