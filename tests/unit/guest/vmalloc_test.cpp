#include "kernel/mm/vmalloc.hpp"

#include "arch/paging.hpp"
#include "kernel/mm/page_allocator.hpp"
#include "tests/unit/guest/fake/machine.hpp"

#include <gtest/gtest.h>

#include <set>

namespace {

using kernel::page_size;
using kernel::VirtualAddress;
using kernel::mm::kernel_stack_size;
using kernel::mm::vfree;
using kernel::mm::vmalloc;

class Vmalloc : public testing::Test {
protected:
    Vmalloc() { fake::booted_machine(); }

    static bool mapped(VirtualAddress address) { return arch::PageTables::kernel().lookup(address).has_value(); }
};

TEST_F(Vmalloc, MapsEachPageAndLeavesGuardsOnBothSides)
{
    const VirtualAddress first = vmalloc(3 * page_size - 1).value();
    const VirtualAddress second = vmalloc(page_size).value();

    std::set<u64> physical;
    for (u64 offset = 0; offset < 3 * page_size; offset += page_size) {
        const auto mapping = arch::PageTables::kernel().lookup(first + offset);
        ASSERT_TRUE(mapping);
        EXPECT_TRUE(mapping->flags.write && !mapping->flags.execute && !mapping->flags.user);
        physical.insert(mapping->physical.value);
    }
    EXPECT_EQ(physical.size(), 3U);
    EXPECT_FALSE(mapped({first.value - page_size}));
    EXPECT_FALSE(mapped(first + 3 * page_size));
    EXPECT_FALSE(mapped({second.value - page_size}));
    EXPECT_FALSE(mapped(second + page_size));
}

TEST_F(Vmalloc, UnmapsFlushesAndFreesEverything)
{
    const u64 free_before = kernel::mm::page_counts().free;
    const unsigned flushes = fake::tlb_flushes();
    const VirtualAddress address = vmalloc(10 * page_size).value();

    vfree(address);

    EXPECT_FALSE(mapped(address));
    EXPECT_EQ(fake::tlb_flushes(), flushes + 1);
    EXPECT_EQ(kernel::mm::page_counts().free, free_before);
    EXPECT_EQ(vmalloc(10 * page_size).value(), address) << "freed addresses come first";
}

TEST_F(Vmalloc, KeepsSomeKernelStacksMappedForTheNextTask)
{
    const VirtualAddress stack = vmalloc(kernel_stack_size).value();
    const unsigned flushes = fake::tlb_flushes();

    vfree(stack);

    EXPECT_TRUE(mapped(stack));
    EXPECT_EQ(vmalloc(kernel_stack_size).value(), stack);
    EXPECT_EQ(fake::tlb_flushes(), flushes);
}

TEST_F(Vmalloc, KeepsNoMoreThanAFewStacks)
{
    std::vector<VirtualAddress> stacks(20);
    for (VirtualAddress& stack : stacks)
        stack = vmalloc(kernel_stack_size).value();
    const u64 free_before = kernel::mm::page_counts().free;

    for (const VirtualAddress stack : stacks)
        vfree(stack);

    EXPECT_GE(kernel::mm::page_counts().free, free_before + 16 * kernel_stack_size / page_size);
}

TEST_F(Vmalloc, GivesBackWhatItHadWhenMemoryRunsOut)
{
    const u64 free_before = kernel::mm::page_counts().free;

    EXPECT_EQ(vmalloc(64 << 20).error(), kernel::Errno::enomem);

    EXPECT_EQ(kernel::mm::page_counts().free, free_before);
}

TEST_F(Vmalloc, RefusesAbsurdSizes)
{
    EXPECT_EQ(vmalloc(0).error(), kernel::Errno::einval);
    EXPECT_EQ(vmalloc(1ULL << 60).error(), kernel::Errno::einval);
    EXPECT_EQ(vmalloc(~0ULL).error(), kernel::Errno::einval);
}

TEST_F(Vmalloc, PanicsOnABadFree)
{
    const VirtualAddress address = vmalloc(2 * page_size).value();
    const VirtualAddress stack = vmalloc(kernel_stack_size).value();

    EXPECT_THROW(vfree(address + page_size), fake::Panic);
    vfree(address);
    EXPECT_THROW(vfree(address), fake::Panic);
    vfree(stack);
    EXPECT_THROW(vfree(stack), fake::Panic);
}

} // namespace
