#pragma once

#include "kernel/fs/inode.hpp"
#include "lib/intrusive.hpp"

namespace kernel::fs {

/// A directory that exists in memory only.
class RamDirectory : public Inode {
public:
    explicit RamDirectory(u32 permissions) : Inode{FileType::directory, permissions} {}
    ~RamDirectory() override;

    NameCaching name_caching() const override { return NameCaching::present; }
    Result<Ref<Inode>> lookup(std::string_view name) override;
    Result<Ref<Inode>> make(std::string_view name, const NewInode& what) override;
    Result<Ref<Inode>> make_unnamed(const NewInode& what) override;
    Result<void> link(std::string_view name, Ref<Inode> inode) override;
    Result<void> unlink(std::string_view name) override;
    Result<void> remove_directory(std::string_view name) override;
    Result<void> rename(std::string_view name, Inode& to, std::string_view new_name, u32 flags) override;
    Result<void> read_directory(u64 position, DirectoryVisitor& visitor) override;

    /// As Linux's tmpfs counts it.
    u64 size() const override;
    u64 allocated_size() const override { return 0; }

protected:
    /// Gives what is there a name, and counts it; what it is stays as it was.
    Result<void> add(std::string_view name, Ref<Inode> inode);

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
        u64 count = 0;
    };

    static Result<Box<Entry>> make_entry(std::string_view name, Ref<Inode> inode);
    static Entry* insert(Entries& entries, Box<Entry>& entry);
    Box<Entry> take(std::string_view name);
    Result<void> exchange(std::string_view name, RamDirectory& to, std::string_view new_name);
    bool is_empty() const;
    void note_subdirectory(const Inode& inode, i32 count);

    mutable Locked<Entries, IrqSafe> entries_;
};

} // namespace kernel::fs
