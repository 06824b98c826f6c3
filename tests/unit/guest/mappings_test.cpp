#include "kernel/mm/mappings.hpp"

#include "kernel/mm/heap.hpp"
#include "tests/unit/guest/fake/machine.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace {

using kernel::page_size;
using kernel::Ref;
using kernel::mm::AddressRange;
using kernel::mm::MappingKind;
using kernel::mm::Mappings;
using kernel::mm::PageSource;
using kernel::mm::Protection;
using kernel::mm::VirtualMemoryArea;

constexpr Protection none{};
constexpr Protection readable{.read = true};
constexpr Protection writable{.read = true, .write = true};

class NoPages final : public PageSource {
public:
    kernel::Result<kernel::mm::SourcePage> page_at(u64) override { return kernel::Errno::enxio; }
};

AddressRange pages(u64 first, u64 count) { return {{first * page_size}, {(first + count) * page_size}}; }

class MappingsTest : public testing::Test {
protected:
    MappingsTest()
    {
        fake::booted_machine();
        objects_before_ = kernel::mm::heap_counts().objects;
    }
    ~MappingsTest() override
    {
        mappings_.reset();
        EXPECT_EQ(kernel::mm::heap_counts().objects, objects_before_) << "leaks areas or sources";
    }

    Mappings& mappings() { return *mappings_; }
    void insert(const AddressRange& range, MappingKind kind) { ASSERT_TRUE(mappings().insert(range, std::move(kind))); }
    void remove(const AddressRange& range)
    {
        ASSERT_TRUE(mappings().isolate(range));
        kernel::mm::RemovedAreas removed;
        mappings().remove(range, removed);
    }
    unsigned count() const
    {
        unsigned areas = 0;
        mappings_->for_each([&](const VirtualMemoryArea&) { ++areas; });
        return areas;
    }

private:
    std::optional<Mappings> mappings_{std::in_place};
    u64 objects_before_;
};

TEST_F(MappingsTest, FindsTheAreaOfAnAddress)
{
    insert(pages(10, 2), {.protection = readable});

    EXPECT_EQ(mappings().find({10 * page_size - 1}), nullptr);
    EXPECT_NE(mappings().find({10 * page_size}), nullptr);
    EXPECT_NE(mappings().find({12 * page_size - 1}), nullptr);
    EXPECT_EQ(mappings().find({12 * page_size}), nullptr);
    EXPECT_EQ(mappings().find_or_next({0})->range.begin.value, 10 * page_size);
    EXPECT_EQ(mappings().find_or_next({12 * page_size}), nullptr);
}

TEST_F(MappingsTest, SplitsWhatIsRemovedOrProtectedInTheMiddle)
{
    insert(pages(10, 10), {.protection = writable});

    remove(pages(12, 2));
    ASSERT_TRUE(mappings().protect(pages(16, 1), readable));

    EXPECT_EQ(count(), 4U);
    EXPECT_FALSE(mappings().is_mapped(pages(10, 10)));
    EXPECT_TRUE(mappings().is_mapped(pages(14, 6)));
    EXPECT_TRUE(mappings().is_free(pages(12, 2)));
    EXPECT_EQ(mappings().find({16 * page_size})->kind.protection, readable);
    EXPECT_EQ(mappings().find({17 * page_size})->kind.protection, writable);
}

TEST_F(MappingsTest, JoinsNeighboursThatAreAlike)
{
    insert(pages(10, 2), {.protection = writable});
    insert(pages(14, 2), {.protection = writable});
    insert(pages(12, 2), {.protection = writable});
    EXPECT_EQ(count(), 1U);

    ASSERT_TRUE(mappings().protect(pages(12, 1), none));
    EXPECT_EQ(count(), 3U);
    ASSERT_TRUE(mappings().protect(pages(12, 1), writable));
    EXPECT_EQ(count(), 1U);
}

TEST_F(MappingsTest, JoinsFileMappingsOnlyWhereTheFileGoesOn)
{
    const Ref<PageSource> file = kernel::make_ref<NoPages>().release();
    const Ref<PageSource> other = kernel::make_ref<NoPages>().release();

    insert(pages(10, 2), {.protection = readable, .source = file, .offset = 4 * page_size});
    insert(pages(12, 1), {.protection = readable, .source = file, .offset = 6 * page_size});
    EXPECT_EQ(count(), 1U);
    insert(pages(13, 1), {.protection = readable, .source = file, .offset = 6 * page_size});
    insert(pages(14, 1), {.protection = readable, .source = other, .offset = 7 * page_size});
    insert(pages(15, 1), {.protection = readable});

    EXPECT_EQ(count(), 4U);
}

TEST_F(MappingsTest, KeepsTheFileOffsetOfASplitMapping)
{
    insert(pages(10, 4),
           {.protection = readable, .source = kernel::make_ref<NoPages>().release(), .offset = page_size});

    remove(pages(11, 1));

    const VirtualMemoryArea& rest = *mappings().find({12 * page_size});
    EXPECT_EQ(rest.kind.offset, 3 * page_size);
    EXPECT_EQ(rest.source_offset({13 * page_size}), 4 * page_size);
}

TEST_F(MappingsTest, KeepsTheGrowingEndOfACutStackOnly)
{
    insert(pages(100, 10), {.protection = writable, .grows_down_to = {50 * page_size}});

    remove(pages(104, 1));

    EXPECT_TRUE(mappings().find({100 * page_size})->grows_down());
    EXPECT_FALSE(mappings().find({105 * page_size})->grows_down());
}

TEST_F(MappingsTest, FindsTheHighestGapThatIsLargeEnough)
{
    insert(pages(20, 5), {.protection = readable});
    insert(pages(30, 10), {.protection = readable});

    EXPECT_EQ(mappings().find_gap(5 * page_size, pages(10, 30))->begin.value, 25 * page_size);
    EXPECT_EQ(mappings().find_gap(6 * page_size, pages(10, 30))->begin.value, 14 * page_size);
    EXPECT_EQ(mappings().find_gap(10 * page_size, pages(10, 30))->begin.value, 10 * page_size);
    EXPECT_FALSE(mappings().find_gap(11 * page_size, pages(10, 30)));
    EXPECT_EQ(mappings().find_gap(2 * page_size, pages(10, 35))->begin.value, 43 * page_size);
    EXPECT_EQ(mappings().find_gap(2 * page_size, pages(10, 12))->begin.value, 18 * page_size) << "ends at a mapping";
    EXPECT_FALSE(mappings().find_gap(page_size, pages(31, 5))) << "lies within a mapping";
}

TEST_F(MappingsTest, DoesAsAMapOfPagesDoes)
{
    struct PageKind {
        Protection protection;
        u64 offset; // of the page in the file; 0: anonymous
        bool operator==(const PageKind&) const = default;
    };
    constexpr u64 space = 64;
    std::mt19937 random{6};
    const Ref<PageSource> file = kernel::make_ref<NoPages>().release();
    std::map<u64, PageKind> model;

    for (int step = 0; step < 20'000; ++step) {
        const u64 first = random() % space;
        const u64 size = 1 + random() % std::min<u64>(12, space - first);
        const AddressRange range = pages(first, size);
        const Protection protection{.read = random() % 2 == 0, .write = random() % 2 == 0};
        switch (random() % 4) {
        case 0: {
            bool is_free = true;
            for (u64 page = first; page < first + size; ++page)
                is_free = is_free && !model.contains(page);
            ASSERT_EQ(mappings().is_free(range), is_free);
            if (!is_free)
                break;
            const bool from_file = random() % 2 == 0;
            const u64 offset = from_file ? (first + 1) * page_size : 0; // so that neighbours may join
            insert(range, {.protection = protection, .source = from_file ? file : Ref<PageSource>{}, .offset = offset});
            for (u64 page = first; page < first + size; ++page)
                model[page] = {protection, from_file ? (page + 1) * page_size : 0};
            break;
        }
        case 1:
            remove(range);
            model.erase(model.lower_bound(first), model.lower_bound(first + size));
            break;
        case 2:
            ASSERT_TRUE(mappings().protect(range, protection));
            for (auto page = model.lower_bound(first); page != model.lower_bound(first + size); ++page)
                page->second.protection = protection;
            break;
        case 3: {
            u64 mapped = 0;
            for (u64 page = first; page < first + size; ++page)
                mapped += model.contains(page) ? 1 : 0;
            ASSERT_EQ(mappings().is_mapped(range), mapped == size);
            break;
        }
        }
        for (u64 page = 0; page < space; ++page) {
            const VirtualMemoryArea* const area = mappings().find({page * page_size});
            ASSERT_EQ(area != nullptr, model.contains(page)) << "page " << page << ", step " << step;
            if (area == nullptr)
                continue;
            const u64 offset = area->kind.source ? area->source_offset({page * page_size}) : 0;
            ASSERT_EQ((PageKind{area->kind.protection, offset}), model.at(page))
                << "page " << page << ", step " << step;
        }
    }
    // No two neighbours are left that could be one.
    unsigned runs = 0;
    for (u64 page = 0; page < space; ++page) {
        const auto here = model.find(page);
        const auto before = page == 0 ? model.end() : model.find(page - 1);
        if (here == model.end())
            continue;
        const bool joins = before != model.end() && before->second.protection == here->second.protection &&
                           (before->second.offset == 0) == (here->second.offset == 0);
        runs += joins ? 0 : 1;
    }
    EXPECT_EQ(count(), runs);
    remove(pages(0, space));
}

} // namespace
