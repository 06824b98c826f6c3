#pragma once

#include "lib/result.hpp"
#include "lib/types.hpp"

#include <optional>

namespace kernel::mm {

/// Values, not 0, by an index: a tree of 16 ways that is as high as its largest index needs (Linux's XArray). Entries
/// can carry tags, by which they are found again without a look at the others. Not locked.
class RadixTree {
public:
    enum class Tag : u8 { dirty, to_write };
    struct Entry {
        u64 index;
        u64 value;
    };

    RadixTree() = default;
    RadixTree(const RadixTree&) = delete;
    RadixTree& operator=(const RadixTree&) = delete;
    ~RadixTree() { clear(); }

    /// 0: nothing there.
    u64 find(u64 index) const;
    /// In place of what is there, whose tags stay. ENOMEM.
    Result<void> insert(u64 index, u64 value);
    /// What was there, or 0. Its tags go with it.
    u64 erase(u64 index);
    void clear();

    void set_tag(u64 index, Tag tag);
    void clear_tag(u64 index, Tag tag);
    bool has_tag(u64 index, Tag tag) const;

    /// The first entry at `index` or behind it; the first that has the tag.
    std::optional<Entry> next(u64 index) const { return search(index, present); }
    std::optional<Entry> next(u64 index, Tag tag) const { return search(index, set_of(tag)); }

private:
    static constexpr unsigned index_bits = 4; ///< of a level
    static constexpr unsigned ways = 1 << index_bits;
    static constexpr unsigned max_height = 64 / index_bits;

    /// Which ways of a node: those that are in use, and those that have, somewhere below them, an entry with the tag.
    enum Set : unsigned { present, tagged, sets = 3 };
    static constexpr unsigned set_of(Tag tag) { return tagged + static_cast<unsigned>(tag); }

    /// In the lowest level a slot holds a value, above the address of a node.
    struct Node {
        u64 slots[ways];
        u16 set[sets];

        bool has(unsigned set_index, unsigned way) const { return (set[set_index] >> way & 1) != 0; }
        Node* child(unsigned way) const { return reinterpret_cast<Node*>(slots[way]); }
    };

    static unsigned way_at(u64 index, unsigned level) { return index >> (level * index_bits) & (ways - 1); }
    static Result<Node*> new_node();
    static void free_nodes(Node* node, unsigned level);

    bool reaches(u64 index) const;
    Result<void> add_level();
    void drop_if_empty(Node* const (&path)[max_height], u64 index);
    void clear_set(Node* const (&path)[max_height], u64 index, unsigned set);
    bool find_path(u64 index, Node* (&path)[max_height]) const;
    std::optional<Entry> search(u64 index, unsigned set) const;

    Node* root_ = nullptr;
    unsigned height_ = 0; ///< levels; 0: empty
};

} // namespace kernel::mm
