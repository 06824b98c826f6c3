#pragma once

#include "kernel/fs/inode.hpp"
#include "lib/intrusive.hpp"

namespace kernel::fs {

/// A name in a directory, with what it names: where path walks come along (Linux's dentry). A root has no parent.
///
/// A directory's dentry knows those of its names that somebody uses, or the cache keeps; they hold on to it, not it to
/// them. A name that leads nowhere ("negative") may be among them, for lookups to be quick: nobody else sees these.
class Dentry final : public RefCounted {
public:
    /// `parent` and `inode` may be null.
    static Result<Ref<Dentry>> make(Ref<Dentry> parent, std::string_view name, Ref<Inode> inode);
    static Result<Ref<Dentry>> make_root(Ref<Inode> inode) { return make({}, {}, std::move(inode)); }
    /// For make().
    explicit Dentry(Ref<Inode> inode) : inode_{std::move(inode)} {}
    ~Dentry() override;

    Inode& inode() const { return *inode_; }
    const Ref<Inode>& inode_reference() const { return inode_; }
    bool is_negative() const { return !inode_; }

    /// With the tree lock held, or by who keeps others from renaming it.
    std::string_view name() const { return {name_ != nullptr ? name_ : short_name_, name_length_}; }
    Dentry* parent() const { return parent_; }
    /// Its name has been removed; files that are open stay.
    bool is_deleted() const { return deleted_.load(Order::relaxed); }

    /// The name in this directory, if somebody knows it already. `found` may be null and `known` true: it is known that
    /// nothing has the name.
    Ref<Dentry> find_child(std::string_view name, bool& known);
    /// What lookup() or make() found under the name becomes known. The dentry, which may have been there.
    Result<Ref<Dentry>> add_child(std::string_view name, Ref<Inode> inode);
    /// Nothing has the name now.
    void forget_child(std::string_view name);

    /// The name is gone: with names() of the super block held exclusively, as in all that follow.
    void mark_deleted();
    /// It is called `name` in `directory` from here on; what had that name before is deleted. ENOMEM before anything is
    /// changed.
    static Result<void> move(Dentry& moved, Dentry& directory, std::string_view name, Dentry* replaced);
    /// Two change places.
    static void exchange(Dentry& a, Dentry& b);

    bool is_ancestor_of(const Dentry& other) const;

    /// How many file systems are mounted here.
    u32 mount_count() const { return mounts_.load(Order::relaxed); }
    void add_mounts(i32 count) { mounts_.fetch_add(static_cast<u32>(count), Order::relaxed); }

private:
    friend class DentryCache;

    /// A name that is too long to lie in the dentry; null for others.
    static Result<char*> copy_long_name(std::string_view name);
    void set_name(std::string_view name, char* copy);
    void leave_parent();
    void hash_into(Dentry& directory);

    struct NameOf {
        using type = std::string_view;
        type operator()(const Dentry& dentry) const { return dentry.name(); }
    };
    TreeHook child_hook_;
    using Children = Tree<Dentry, &Dentry::child_hook_, NameOf>;

    static constexpr std::size_t short_name_size = 40;

    Ref<Inode> inode_;
    Dentry* parent_ = nullptr; ///< with a reference
    char* name_ = nullptr;     ///< of a long one
    u8 name_length_ = 0;
    char short_name_[short_name_size];
    bool hashed_ = false; ///< among the parent's children; under its lock
    Atomic<bool> deleted_;
    Atomic<bool> used_; ///< found again since the cache looked last
    Atomic<u32> mounts_;
    ListHook cache_hook_;
    bool cached_ = false; ///< the cache has a reference; under its lock
    Locked<Children, SpinLock> children_;
};

} // namespace kernel::fs
