#include "kernel/mm/radix_tree.hpp"

#include "kernel/mm/heap.hpp"
#include "tests/unit/guest/fake/machine.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

namespace {

using kernel::mm::RadixTree;
using Tag = RadixTree::Tag;

class RadixTrees : public testing::Test {
protected:
    RadixTrees() { fake::booted_machine(); }
    RadixTree tree_;
};

TEST_F(RadixTrees, FindsWhatWasInserted)
{
    for (const u64 index : {u64{0}, u64{15}, u64{16}, u64{1000}, ~u64{0}})
        ASSERT_TRUE(tree_.insert(index, index / 2 + 1));

    for (const u64 index : {u64{0}, u64{15}, u64{16}, u64{1000}, ~u64{0}})
        EXPECT_EQ(tree_.find(index), index / 2 + 1);
    EXPECT_EQ(tree_.find(1), 0U);
    EXPECT_EQ(tree_.find(u64{1} << 60), 0U);
}

TEST_F(RadixTrees, AreEmptyWithoutMemoryOfTheirOwn)
{
    ASSERT_TRUE(tree_.insert(5, 1));
    tree_.clear();
    const u64 before = kernel::mm::heap_counts().objects;

    ASSERT_TRUE(tree_.insert(70'000, 1) && tree_.insert(3, 2));
    EXPECT_EQ(tree_.erase(3), 2U);
    EXPECT_EQ(tree_.erase(3), 0U);
    EXPECT_EQ(tree_.erase(70'000), 1U);

    EXPECT_EQ(kernel::mm::heap_counts().objects, before);
    EXPECT_FALSE(tree_.next(0));
}

TEST_F(RadixTrees, TagsGoWithTheirEntries)
{
    ASSERT_TRUE(tree_.insert(40, 1) && tree_.insert(41, 1));
    tree_.set_tag(40, Tag::dirty);
    tree_.set_tag(99, Tag::dirty);

    EXPECT_TRUE(tree_.has_tag(40, Tag::dirty));
    EXPECT_FALSE(tree_.has_tag(40, Tag::to_write));
    EXPECT_FALSE(tree_.has_tag(99, Tag::dirty));
    tree_.erase(40);
    ASSERT_TRUE(tree_.insert(40, 1));
    EXPECT_FALSE(tree_.has_tag(40, Tag::dirty));
}

TEST_F(RadixTrees, KeepTagsWhenTheyGrow)
{
    ASSERT_TRUE(tree_.insert(3, 1));
    tree_.set_tag(3, Tag::to_write);
    ASSERT_TRUE(tree_.insert(1 << 20, 1));

    EXPECT_EQ(tree_.next(0, Tag::to_write)->index, 3U);
    EXPECT_FALSE(tree_.next(4, Tag::to_write));
}

TEST_F(RadixTrees, BehaveAsAMapDoes)
{
    std::mt19937_64 random{4711};
    std::map<u64, u64> expected;
    std::set<u64> dirty;
    for (int step = 0; step < 20'000; ++step) {
        const u64 index = random() >> (random() % 60 + 4);
        switch (random() % 6) {
        case 0:
        case 1:
            ASSERT_TRUE(tree_.insert(index, index + 1));
            expected[index] = index + 1;
            break;
        case 2:
            if (const auto at = expected.lower_bound(index); at != expected.end()) {
                EXPECT_EQ(tree_.erase(at->first), at->second);
                dirty.erase(at->first);
                expected.erase(at);
            }
            break;
        case 3:
            if (const auto at = expected.lower_bound(index); at != expected.end()) {
                tree_.set_tag(at->first, Tag::dirty);
                dirty.insert(at->first);
            }
            break;
        case 4: {
            const auto at = expected.lower_bound(index);
            const auto found = tree_.next(index);
            ASSERT_EQ(found.has_value(), at != expected.end()) << index;
            if (found) {
                EXPECT_EQ(found->index, at->first);
            }
            break;
        }
        default: {
            const auto at = dirty.lower_bound(index);
            const auto found = tree_.next(index, Tag::dirty);
            ASSERT_EQ(found.has_value(), at != dirty.end()) << index;
            if (found) {
                EXPECT_EQ(found->index, *at);
            }
        }
        }
    }
}

} // namespace
