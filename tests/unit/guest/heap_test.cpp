#include "kernel/mm/heap.hpp"

#include "kernel/mm/page_allocator.hpp"
#include "lib/ref.hpp"
#include "tests/unit/guest/fake/machine.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <random>
#include <set>
#include <thread>

namespace {

using kernel::mm::kfree;
using kernel::mm::kmalloc;

class Heap : public testing::Test {
protected:
    Heap() : machine_{fake::booted_machine()}, before_{kernel::mm::heap_counts()} {}
    u64 objects() const { return kernel::mm::heap_counts().objects - before_.objects; }

    fake::Machine& machine_;
    kernel::mm::HeapCounts before_;
};

TEST_F(Heap, AlignsToTheSizeOrToSixteen)
{
    for (const std::size_t size : {1, 16, 17, 64, 128, 200, 512, 2048, 4096, 8192, 65536}) {
        void* const pointer = kmalloc(size);
        ASSERT_NE(pointer, nullptr) << size;
        const std::size_t alignment = std::has_single_bit(size) && size >= 16 ? size : 16;
        const auto address = reinterpret_cast<u64>(pointer) - reinterpret_cast<u64>(machine_.at(0));
        EXPECT_EQ(address % alignment, 0U) << size;
        kfree(pointer);
    }
}

TEST_F(Heap, GivesNothingForMoreThanTheLargestBlock)
{
    EXPECT_EQ(kmalloc((4U << 20) + 1), nullptr);
    EXPECT_EQ(kmalloc(~std::size_t{0}), nullptr);
}

TEST_F(Heap, TakesANullPointer)
{
    kfree(nullptr);

    EXPECT_EQ(objects(), 0U);
}

TEST_F(Heap, SaysSoWhenMemoryIsUsedUpAndRecovers)
{
    std::vector<void*> all;
    while (void* const object = kmalloc(2048))
        all.push_back(object);
    EXPECT_EQ(kernel::mm::page_counts().free, 0U);
    EXPECT_EQ(kmalloc(4096), nullptr);

    for (void* const object : all)
        kfree(object);

    EXPECT_EQ(objects(), 0U);
    EXPECT_NE(kmalloc(4096), nullptr);
}

TEST_F(Heap, ReturnsThePagesOfEmptySlabs)
{
    kfree(kmalloc(256)); // the active slab stays
    const u64 free_before = kernel::mm::page_counts().free;
    std::vector<void*> all(1'000);
    for (void*& object : all)
        object = kmalloc(256);

    for (void* const object : all)
        kfree(object);

    EXPECT_EQ(kernel::mm::page_counts().free, free_before);
}

TEST_F(Heap, PanicsOnADoubleFree)
{
    void* const first = kmalloc(100);
    void* const second = kmalloc(100);
    kfree(first);
    kfree(second);

    EXPECT_THROW(kfree(first), fake::Panic);
    EXPECT_THROW(kfree(second), fake::Panic);
}

TEST_F(Heap, PanicsOnWhatItDidNotGiveOut)
{
    auto* const object = static_cast<char*>(kmalloc(64));
    auto* const pages = static_cast<char*>(kmalloc(8192));

    EXPECT_THROW(kfree(object + 8), fake::Panic);
    EXPECT_THROW(kfree(object + 64), fake::Panic) << "the next object was never handed out";
    EXPECT_THROW(kfree(pages + 4096), fake::Panic);
    EXPECT_THROW(kfree(pages + 16), fake::Panic);
}

TEST_F(Heap, DoesNotMistakeContentsForADoubleFree)
{
    // An object whose user has put there what the heap would.
    auto* const object = static_cast<u64*>(kmalloc(16));
    kfree(object);
    u64 as_freed[2];
    std::memcpy(as_freed, object, sizeof as_freed);
    ASSERT_EQ(kmalloc(16), object);
    std::memcpy(object, as_freed, sizeof as_freed);

    EXPECT_NO_THROW(kfree(object));
}

TEST_F(Heap, KeepsObjectsApart)
{
    std::mt19937 random{5};
    std::map<char*, std::pair<std::size_t, int>> model;

    for (int step = 0; step < 40'000; ++step) {
        if (model.empty() || random() % 16 < (step / 4'000 % 2 == 0 ? 10U : 6U)) {
            const std::size_t size = random() % 8 == 0 ? random() % 20'000 : random() % 400;
            auto* const object = static_cast<char*>(kmalloc(size));
            if (object == nullptr)
                continue;
            const int mark = static_cast<int>(random() % 256);
            std::memset(object, mark, size);
            ASSERT_TRUE(model.emplace(object, std::pair{size, mark}).second);
        } else {
            const auto victim = std::next(model.begin(), static_cast<std::ptrdiff_t>(random() % model.size()));
            const auto [object, contents] = *victim;
            const std::string expected(contents.first, static_cast<char>(contents.second));
            ASSERT_EQ(std::memcmp(object, expected.data(), expected.size()), 0);
            kfree(object);
            model.erase(victim);
        }
    }
    for (const auto& [object, contents] : model)
        kfree(object);
    EXPECT_EQ(objects(), 0U);
}

TEST_F(Heap, ServesSeveralCpusAtOnce)
{
    const auto work = [](unsigned cpu) {
        fake::set_cpu(cpu);
        std::mt19937 random{cpu};
        std::vector<void*> objects;
        for (unsigned round = 0; round < 600; ++round) {
            if (objects.empty() || random() % 2 == 0) {
                objects.push_back(kmalloc(16 << random() % 6));
                std::memset(objects.back(), static_cast<int>(cpu), 16);
            } else {
                std::swap(objects[random() % objects.size()], objects.back());
                kfree(objects.back());
                objects.pop_back();
            }
        }
        for (void* const object : objects)
            kfree(object);
    };

    std::vector<std::thread> cpus;
    for (unsigned cpu = 0; cpu < 4; ++cpu)
        cpus.emplace_back(work, cpu);
    for (std::thread& cpu : cpus)
        cpu.join();

    EXPECT_EQ(objects(), 0U);
}

struct Counted : kernel::RefCounted {
    explicit Counted(int& alive) : alive_{alive} { ++alive_; }
    ~Counted() override { --alive_; }
    int& alive_;
};

TEST_F(Heap, KeepsAnObjectAsLongAsSomebodyRefersToIt)
{
    int alive = 0;
    {
        kernel::Ref<Counted> outer;
        {
            auto made = kernel::make_ref<Counted>(alive);
            ASSERT_TRUE(made);
            outer = made.release();
            const kernel::Ref<Counted> copy = outer;
            EXPECT_EQ(alive, 1);
        }
        EXPECT_EQ(alive, 1);
    }
    EXPECT_EQ(alive, 0);
    EXPECT_EQ(objects(), 0U);
}

} // namespace
