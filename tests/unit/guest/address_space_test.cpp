#include "tests/unit/guest/address_space_fixture.hpp"

#include "kernel/sched/task.hpp"

#include <map>
#include <random>
#include <thread>

namespace address_space_test {
namespace {

TEST_F(AddressSpaceTest, GivesZeroedPagesWhenTheyAreTouched)
{
    const VirtualAddress memory = map(4).value();
    EXPECT_FALSE(fake::translate(memory));

    EXPECT_EQ(load(memory + 2 * page_size), 0);
    EXPECT_TRUE(store(memory + 5, 'x'));

    EXPECT_EQ(load(memory + 5), 'x');
    EXPECT_FALSE(fake::translate(memory + page_size)) << "was not touched";
}

TEST_F(AddressSpaceTest, FaultsWhereTheProtectionForbidsTheAccess)
{
    const VirtualAddress memory = map(1, readable).value();
    const VirtualAddress guard = map(1, none).value();
    const VirtualAddress code = map(1, executable).value();
    const VirtualAddress write_only = map(1, {.write = true}).value();

    EXPECT_TRUE(can_read(memory));
    EXPECT_FALSE(can_write(memory));
    EXPECT_FALSE(touch(memory, false, true));
    EXPECT_FALSE(can_read(guard));
    EXPECT_TRUE(touch(code, false, true));
    EXPECT_TRUE(fake::translate(code)->flags.execute);
    EXPECT_FALSE(fake::translate(memory)->flags.execute);
    EXPECT_TRUE(can_read(write_only)) << "as x86 cannot tell";
}

TEST_F(AddressSpaceTest, FaultsWhereNothingIsMappedOrNoUserMayBe)
{
    const VirtualAddress memory = map(1).value();

    EXPECT_FALSE(can_read(memory + page_size));
    EXPECT_FALSE(can_read({0}));
    EXPECT_FALSE(can_read(user_end));
    EXPECT_FALSE(can_write({vitrine::abi::direct_map_base}));
}

TEST_F(AddressSpaceTest, PlacesMappingsFromTheTopDownWithoutOverlap)
{
    const VirtualAddress first = map(4).value();
    const VirtualAddress second = map(2).value();

    EXPECT_EQ(first.value, user_end.value - 4 * page_size);
    EXPECT_EQ(second.value, first.value - 2 * page_size);
}

TEST_F(AddressSpaceTest, TakesAHintIfThatIsFree)
{
    const VirtualAddress hint{0x1234'5000};

    EXPECT_EQ(map(2, writable, hint + 5).value(), hint);
    EXPECT_NE(map(2, writable, hint + page_size).value(), hint + page_size);
}

TEST_F(AddressSpaceTest, ReplacesWhatIsThereWhenToldWhere)
{
    const VirtualAddress place{0x10'0000};
    ASSERT_EQ(map(4, writable, place, Placement::fixed).value(), place);
    ASSERT_TRUE(store(place + page_size, 'x') && store(place, 'y'));

    EXPECT_EQ(map(1, writable, place + page_size, Placement::fixed_if_unused).error(), Errno::eexist);
    EXPECT_TRUE(map(1, writable, place + page_size, Placement::fixed));

    EXPECT_EQ(load(place + page_size), 0);
    EXPECT_EQ(load(place), 'y');
}

TEST_F(AddressSpaceTest, RefusesPlacesThatCannotBe)
{
    EXPECT_EQ(map(1, writable, {0}, Placement::fixed).error(), Errno::eperm);
    EXPECT_EQ(map(1, writable, {0x10'0008}, Placement::fixed).error(), Errno::einval);
    EXPECT_EQ(map(0, writable).error(), Errno::einval);
    EXPECT_EQ(map(2, writable, {user_end.value - page_size}, Placement::fixed).error(), Errno::enomem);
    EXPECT_EQ(space().map_anonymous({}, ~0ULL, writable, Placement::anywhere).error(), Errno::enomem);
    EXPECT_EQ(space().map_anonymous({}, user_end.value, writable, Placement::anywhere).error(), Errno::enomem);
    EXPECT_EQ(space().unmap({8}, page_size).error(), Errno::einval);
    EXPECT_EQ(space().unmap({0}, 0).error(), Errno::einval);
    EXPECT_EQ(space().unmap({0}, ~0ULL).error(), Errno::einval);
}

TEST_F(AddressSpaceTest, GivesPagesBackWhenTheyAreUnmapped)
{
    const VirtualAddress memory = map(100).value();
    const u64 before = kernel::mm::page_counts().free;
    for (u64 page = 0; page < 100; ++page)
        ASSERT_TRUE(can_write(memory + page * page_size));
    const unsigned flushes = fake::tlb_flushes();

    EXPECT_TRUE(space().unmap(memory, 100 * page_size));

    EXPECT_EQ(kernel::mm::page_counts().free, before);
    EXPECT_GT(fake::tlb_flushes(), flushes);
    EXPECT_FALSE(can_read(memory));
    EXPECT_TRUE(space().unmap(memory, page_size)) << "what is not mapped is no error";
}

TEST_F(AddressSpaceTest, ChangesTheRightsOfPagesThatAreThereAndOfThoseToCome)
{
    const VirtualAddress memory = map(4).value();
    ASSERT_TRUE(store(memory, 'x'));

    EXPECT_TRUE(space().protect(memory, 2 * page_size, readable));
    EXPECT_FALSE(can_write(memory));
    EXPECT_FALSE(can_write(memory + page_size));
    EXPECT_TRUE(can_write(memory + 2 * page_size));
    EXPECT_FALSE(fake::translate(memory)->flags.write);

    EXPECT_TRUE(space().protect(memory, page_size, none));
    EXPECT_FALSE(can_read(memory));
    EXPECT_FALSE(fake::translate(memory)->flags.accessible);

    EXPECT_TRUE(space().protect(memory, page_size, writable));
    EXPECT_EQ(load(memory), 'x') << "contents survive";
    EXPECT_TRUE(store(memory, 'y'));
}

TEST_F(AddressSpaceTest, ProtectsAndDiscardsOnlyWhatIsAllMapped)
{
    const VirtualAddress memory = map(2).value();
    ASSERT_TRUE(space().unmap(memory + page_size, page_size));

    EXPECT_EQ(space().protect(memory, 2 * page_size, readable).error(), Errno::enomem);
    EXPECT_EQ(space().discard(memory, 2 * page_size).error(), Errno::enomem);
    EXPECT_TRUE(can_write(memory)) << "nothing has changed";
    EXPECT_TRUE(space().protect(memory, 0, readable));
}

TEST_F(AddressSpaceTest, SaysSoWhenThereIsNoMemory)
{
    const VirtualAddress memory = map(10'000).value();

    u64 page = 0;
    while (page < 10'000 && can_write(memory + page * page_size))
        ++page;

    EXPECT_LT(page, 6'144U) << "the machine has 24 MiB";
    EXPECT_TRUE(space().unmap(memory, 10'000 * page_size));
    EXPECT_TRUE(map(1) && can_write(map(1).value()));
}

TEST_F(AddressSpaceTest, FreesEverythingInTheEnd)
{
    const auto file = kernel::make_ref<PatternFile>(4, 2).release();
    const auto use_an_address_space = [&] {
        const auto other = AddressSpace::create().release();
        const auto mapped = other->map_file({}, 4 * page_size, writable, Placement::anywhere, file, 0).value();
        const auto memory = other->map_anonymous({}, 50 * page_size, writable, Placement::anywhere).value();
        for (const VirtualAddress address : {mapped, mapped + 3 * page_size, memory, memory + 49 * page_size})
            EXPECT_EQ(other->handle_fault({.address = address,
                                           .present = false,
                                           .write = true,
                                           .user = true,
                                           .execute = false,
                                           .error_code = 0}),
                      FaultOutcome::served);
        return kernel::mm::page_counts().free;
    };
    use_an_address_space(); // slab caches keep a page each from their first object on
    const u64 before = kernel::mm::page_counts().free;

    EXPECT_LT(use_an_address_space(), before);

    EXPECT_EQ(kernel::mm::page_counts().free, before);
}

TEST_F(AddressSpaceTest, ServesThreadsThatFaultOnTheSamePages)
{
    constexpr u64 pages = 200;
    const VirtualAddress memory = map(pages).value();
    const u64 before = kernel::mm::page_counts().free;
    const auto work = [&](unsigned cpu) {
        kernel::Task task{cpu + 1, "thread", kernel::sched::Policy::normal};
        arch::set_current_task(&task);
        fake::set_cpu(cpu);
        for (u64 page = 0; page < pages; ++page)
            EXPECT_TRUE(can_write(memory + page * page_size));
    };

    std::vector<std::thread> threads;
    for (unsigned cpu = 0; cpu < 4; ++cpu)
        threads.emplace_back(work, cpu);
    for (std::thread& thread : threads)
        thread.join();

    EXPECT_EQ(kernel::mm::page_counts().free, before - pages);
}

TEST_F(AddressSpaceTest, DoesAsAMapOfPagesDoes)
{
    struct PageModel {
        Protection protection;
        int byte;
    };
    constexpr u64 base = 0x10'0000;
    constexpr u64 pages = 40;
    std::mt19937 random{7};
    std::map<u64, PageModel> model;

    for (int step = 0; step < 10'000; ++step) {
        const u64 first = random() % pages;
        const u64 count = 1 + random() % std::min<u64>(8, pages - first);
        const VirtualAddress begin{base + first * page_size};
        const Protection protection{.read = random() % 2 == 0, .write = random() % 2 == 0};
        switch (random() % 6) {
        case 0:
            ASSERT_TRUE(map(count, protection, begin, Placement::fixed));
            for (u64 page = first; page < first + count; ++page)
                model[page] = {protection, 0};
            break;
        case 1:
            ASSERT_TRUE(space().unmap(begin, count * page_size));
            model.erase(model.lower_bound(first), model.lower_bound(first + count));
            break;
        case 2: {
            u64 mapped = 0;
            for (u64 page = first; page < first + count; ++page)
                mapped += model.contains(page) ? 1 : 0;
            ASSERT_EQ(static_cast<bool>(space().protect(begin, count * page_size, protection)), mapped == count);
            for (u64 page = first; page < first + count && mapped == count; ++page)
                model[page].protection = protection;
            break;
        }
        default: {
            const auto known = model.find(first);
            const bool writes = random() % 2 == 0;
            const bool allowed =
                known != model.end() && (writes ? known->second.protection.write : known->second.protection.any());
            if (writes) {
                const int byte = static_cast<int>(random() % 256);
                ASSERT_EQ(store(begin, static_cast<char>(byte)), allowed);
                if (allowed)
                    known->second.byte = byte;
            } else {
                ASSERT_EQ(load(begin), allowed ? known->second.byte : -1);
            }
        }
        }
    }
}

} // namespace
} // namespace address_space_test
