#include "kernel/fs/dentry.hpp"

#include "kernel/fs/dentry_cache.hpp"
#include "kernel/fs/tree_lock.hpp"
#include "kernel/mm/heap.hpp"

#include <algorithm>
#include <utility>

namespace kernel::fs {

RwLock& tree_lock()
{
    static constinit RwLock lock;
    return lock;
}

Result<char*> Dentry::copy_long_name(std::string_view name)
{
    if (name.size() <= short_name_size)
        return nullptr;
    auto* const copy = static_cast<char*>(mm::kmalloc(name.size()));
    if (copy == nullptr)
        return Errno::enomem;
    return copy;
}

/// `copy`: room for it, if it is a long one.
void Dentry::set_name(std::string_view name, char* copy)
{
    name_ = copy;
    name_length_ = static_cast<u8>(name.size());
    std::copy(name.begin(), name.end(), copy != nullptr ? copy : short_name_); // a root's is empty
}

Result<Ref<Dentry>> Dentry::make(Ref<Dentry> parent, std::string_view name, Ref<Inode> inode)
{
    char* const copy = TRY(copy_long_name(name));
    auto made = make_box<Dentry>(std::move(inode));
    if (!made) {
        mm::kfree(copy);
        return made.error();
    }
    Dentry* const dentry = made.value().release();
    dentry->set_name(name, copy);
    dentry->parent_ = parent.leak();
    return Ref<Dentry>::adopt(dentry);
}

Dentry::~Dentry()
{
    leave_parent();
    mm::kfree(name_);
    // The parent may go as well, and its parent: not by recursion, or a deep tree would take a deep stack.
    Dentry* parent = parent_;
    while (parent != nullptr && parent->drop_reference()) {
        parent->leave_parent();
        Dentry* const next = std::exchange(parent->parent_, nullptr);
        const Box<Dentry> freed{parent};
        parent = next;
    }
}

void Dentry::leave_parent()
{
    if (parent_ == nullptr)
        return;
    parent_->children_.with([&](Children& children) {
        if (std::exchange(hashed_, false))
            children.erase(children.iterator_to(*this));
    });
}

Ref<Dentry> Dentry::find_child(std::string_view name, bool& known)
{
    return children_.with([&](Children& children) -> Ref<Dentry> {
        const auto found = children.find(name);
        known = found != children.end();
        if (!known)
            return {};
        found->used_.store(true, Order::relaxed);
        if (found->is_negative())
            return {};
        Ref<Dentry> child = Ref<Dentry>::try_share(&*found);
        known = static_cast<bool>(child); // the last who knew it is just forgetting it
        return child;
    });
}

Result<Ref<Dentry>> Dentry::add_child(std::string_view name, Ref<Inode> inode)
{
    const bool keep = inode ? this->inode().name_caching() != NameCaching::none : true;
    Ref<Dentry> made = TRY(make(Ref<Dentry>::share(this), name, std::move(inode)));
    const auto is_same = [&](const Dentry& other) {
        if (other.is_negative() || made->is_negative())
            return other.is_negative() && made->is_negative();
        const Inode& a = *other.inode_;
        const Inode& b = *made->inode_;
        return &a == &b || (!keep && a.number() == b.number() && a.type() == b.type());
    };
    Ref<Dentry> there = children_.with([&](Children& children) -> Ref<Dentry> {
        const auto found = children.find(name);
        if (found != children.end()) {
            Ref<Dentry> same = is_same(*found) ? Ref<Dentry>::try_share(&*found) : Ref<Dentry>{};
            if (same)
                return same;
            found->hashed_ = false;
            children.erase(found);
        }
        children.insert(*made);
        made->hashed_ = true;
        return {};
    });
    if (there)
        return there;
    if (keep)
        dentry_cache().keep(*made);
    return made;
}

void Dentry::forget_child(std::string_view name)
{
    const Ref<Dentry> child = children_.with([&](Children& children) -> Ref<Dentry> {
        const auto found = children.find(name);
        if (found == children.end())
            return {};
        found->hashed_ = false;
        Dentry* const dentry = &*found;
        children.erase(found);
        return Ref<Dentry>::try_share(dentry);
    });
    if (child)
        dentry_cache().forget(*child);
}

void Dentry::mark_deleted()
{
    leave_parent();
    deleted_.store(true, Order::relaxed);
    dentry_cache().forget(*this);
    if (children_.with([](const Children& children) { return !children.empty(); }))
        dentry_cache().forget_below(*this);
}

void Dentry::hash_into(Dentry& directory)
{
    directory.children_.with([&](Children& children) {
        const auto found = children.find(name());
        if (found != children.end()) {
            found->hashed_ = false;
            children.erase(found);
        }
        children.insert(*this);
        hashed_ = true;
    });
}

Result<void> Dentry::move(Dentry& moved, Dentry& directory, std::string_view name, Dentry* replaced)
{
    char* const copy = TRY(copy_long_name(name));
    if (replaced != nullptr)
        replaced->mark_deleted();
    moved.leave_parent();
    directory.add_reference();
    Dentry* old_parent = &directory;
    char* old_name = moved.name_;
    {
        const RwLock::Guard guard{tree_lock()};
        moved.set_name(name, copy);
        std::swap(moved.parent_, old_parent);
    }
    moved.hash_into(directory);
    mm::kfree(old_name);
    const Ref<Dentry> dropped = Ref<Dentry>::adopt(old_parent);
    return {};
}

void Dentry::exchange(Dentry& a, Dentry& b)
{
    a.leave_parent();
    b.leave_parent();
    {
        const RwLock::Guard guard{tree_lock()};
        std::swap(a.parent_, b.parent_);
        std::swap(a.name_, b.name_);
        std::swap(a.name_length_, b.name_length_);
        std::swap(a.short_name_, b.short_name_);
    }
    a.hash_into(*a.parent_);
    b.hash_into(*b.parent_);
}

bool Dentry::is_ancestor_of(const Dentry& other) const
{
    const RwLock::SharedGuard guard{tree_lock()};
    for (const Dentry* dentry = other.parent_; dentry != nullptr; dentry = dentry->parent_)
        if (dentry == this)
            return true;
    return false;
}

} // namespace kernel::fs
