#pragma once

#include "kernel/fs/inode.hpp"
#include "kernel/sync/spin_lock.hpp"
#include "lib/intrusive.hpp"
#include "lib/locked.hpp"

namespace kernel::fs {

/// A directory that exists in memory only.
class RamDirectory : public Inode {
public:
    /// `parent` is the directory that holds this one, and outlives it: it holds the reference. Null for a root, which
    /// is its own parent.
    RamDirectory(u32 permissions, RamDirectory* parent);
    ~RamDirectory() override;

    Result<Ref<Inode>> lookup(std::string_view name) override;
    Result<Ref<Inode>> parent() override { return Ref<Inode>::share(parent_); }
    Result<void> link(std::string_view name, Ref<Inode> inode) override;
    Result<Ref<Inode>> create_file(std::string_view name, u32 permissions) override;
    Result<Ref<Inode>> create_directory(std::string_view name, u32 permissions) override;
    Result<void> read_directory(u64 position, DirectoryVisitor& visitor) override;

    u32 link_count() const override { return 2; }

private:
    /// A name and what it names. The name's characters follow the object.
    struct Entry {
        Ref<Inode> inode;
        u64 position; ///< in the directory: rises with each entry made, so that a listing can go on where it stopped
        u32 name_length;
        TreeHook by_name;
        ListHook by_position;

        std::string_view name() const { return {reinterpret_cast<const char*>(this + 1), name_length}; }
    };
    struct NameOf {
        using type = std::string_view;
        type operator()(const Entry& entry) const { return entry.name(); }
    };
    struct Entries {
        Tree<Entry, &Entry::by_name, NameOf> by_name;
        List<Entry, &Entry::by_position> by_position;
        u64 next_position = first_position;
    };
    static constexpr u64 first_position = 2; ///< 0 and 1 are "." and ".."

    static Result<Box<Entry>> make_entry(std::string_view name, Ref<Inode> inode);

    Inode* const parent_;
    mutable Locked<Entries, IrqSafe> entries_;
};

} // namespace kernel::fs
