#include "kernel/mm/radix_tree.hpp"

#include "kernel/mm/heap.hpp"

namespace kernel::mm {

Result<RadixTree::Node*> RadixTree::new_node()
{
    return TRY(make_box<Node>(Node{}))
    .release();
}

bool RadixTree::reaches(u64 index) const { return height_ == max_height || index >> (height_ * index_bits) == 0; }

/// From the lowest level, path[0], up. False when there is no node where the entry would be.
bool RadixTree::find_path(u64 index, Node* (&path)[max_height]) const
{
    if (root_ == nullptr || !reaches(index))
        return false;
    Node* node = root_;
    for (unsigned level = height_ - 1;; --level) {
        path[level] = node;
        if (level == 0)
            return node->has(present, way_at(index, 0));
        if (!node->has(present, way_at(index, level)))
            return false;
        node = node->child(way_at(index, level));
    }
}

u64 RadixTree::find(u64 index) const
{
    if (root_ == nullptr || !reaches(index))
        return 0;
    const Node* node = root_;
    for (unsigned level = height_ - 1; level != 0; --level) {
        node = node->child(way_at(index, level));
        if (node == nullptr)
            return 0;
    }
    return node->slots[way_at(index, 0)];
}

/// What there is becomes the first way of a new root.
Result<void> RadixTree::add_level()
{
    Node* const node = TRY(new_node());
    if (root_ != nullptr) {
        node->slots[0] = reinterpret_cast<u64>(root_);
        for (unsigned set = 0; set < sets; ++set)
            node->set[set] = root_->set[set] != 0 ? 1 : 0;
    }
    root_ = node;
    ++height_;
    return {};
}

Result<void> RadixTree::insert(u64 index, u64 value)
{
    while (root_ == nullptr || !reaches(index))
        TRY(add_level());
    // A failure on the way leaves a branch without leaves at worst, which the next insertion finds or clear() frees: so
    // the ways are marked as in use from below, when all is there.
    Node* path[max_height];
    path[height_ - 1] = root_;
    for (unsigned level = height_ - 1; level != 0; --level) {
        u64& slot = path[level]->slots[way_at(index, level)];
        if (slot == 0)
            slot = reinterpret_cast<u64>(TRY(new_node()));
        path[level - 1] = reinterpret_cast<Node*>(slot);
    }
    path[0]->slots[way_at(index, 0)] = value;
    for (unsigned level = 0; level < height_; ++level)
        path[level]->set[present] |= static_cast<u16>(1U << way_at(index, level));
    return {};
}

/// Takes the entry out of a set, and the ways above it that have nothing else in the set.
void RadixTree::clear_set(Node* const (&path)[max_height], u64 index, unsigned set)
{
    for (unsigned level = 0; level < height_; ++level) {
        path[level]->set[set] &= static_cast<u16>(~(1U << way_at(index, level)));
        if (path[level]->set[set] != 0)
            return;
    }
}

u64 RadixTree::erase(u64 index)
{
    Node* path[max_height];
    if (!find_path(index, path))
        return 0;
    const u64 value = std::exchange(path[0]->slots[way_at(index, 0)], 0);
    for (unsigned set = 0; set < sets; ++set)
        clear_set(path, index, set);
    drop_if_empty(path, index);
    return value;
}

/// Frees the nodes on the path that have nothing below them any more, from the lowest up.
void RadixTree::drop_if_empty(Node* const (&path)[max_height], u64 index)
{
    for (unsigned level = 0; level < height_; ++level) {
        if (path[level]->set[present] != 0)
            return;
        free_nodes(path[level], level);
        if (level + 1 < height_)
            path[level + 1]->slots[way_at(index, level + 1)] = 0;
    }
    root_ = nullptr;
    height_ = 0;
}

void RadixTree::free_nodes(Node* node, unsigned level)
{
    for (unsigned way = 0; level != 0 && way < ways; ++way)
        if (node->slots[way] != 0)
            free_nodes(node->child(way), level - 1);
    kfree(node);
}

void RadixTree::clear()
{
    if (root_ != nullptr)
        free_nodes(root_, height_ - 1);
    root_ = nullptr;
    height_ = 0;
}

void RadixTree::set_tag(u64 index, Tag tag)
{
    Node* path[max_height];
    if (!find_path(index, path))
        return;
    for (unsigned level = 0; level < height_; ++level)
        path[level]->set[set_of(tag)] |= static_cast<u16>(1U << way_at(index, level));
}

void RadixTree::clear_tag(u64 index, Tag tag)
{
    Node* path[max_height];
    if (find_path(index, path))
        clear_set(path, index, set_of(tag));
}

bool RadixTree::has_tag(u64 index, Tag tag) const
{
    Node* path[max_height];
    return find_path(index, path) && path[0]->has(set_of(tag), way_at(index, 0));
}

/// Down where the next one may be; up again, to the way after, where there is none.
std::optional<RadixTree::Entry> RadixTree::search(u64 index, unsigned set) const
{
    if (root_ == nullptr || !reaches(index))
        return std::nullopt;
    const Node* path[max_height];
    unsigned level = height_ - 1;
    path[level] = root_;
    for (;;) {
        const unsigned from = way_at(index, level);
        const unsigned candidates = path[level]->set[set] & ~0U << from;
        const u64 below = (u64{1} << (level * index_bits)) - 1; ///< the bits of lower levels
        if (candidates == 0) {
            // The next index that is another node's, unless there is none.
            const u64 last = index | below | u64{ways - 1} << (level * index_bits);
            if (level + 1 == height_ || last == ~u64{0})
                return std::nullopt;
            index = last + 1;
            do
                ++level;
            while (level + 1 < height_ && way_at(index, level) == 0);
            if (level + 1 == height_ && way_at(index, level) == 0)
                return std::nullopt;
            continue;
        }
        const unsigned way = static_cast<unsigned>(__builtin_ctz(candidates));
        if (way != from)
            index = ((index >> (level * index_bits) & ~u64{ways - 1}) | way) << (level * index_bits);
        if (level == 0)
            return Entry{index, path[0]->slots[way]};
        path[level - 1] = path[level]->child(way);
        --level;
    }
}

} // namespace kernel::mm
