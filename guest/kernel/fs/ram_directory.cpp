#include "kernel/fs/ram_directory.hpp"

#include "kernel/fs/device.hpp"
#include "kernel/fs/fifo_node.hpp"
#include "kernel/fs/ram_file.hpp"
#include "kernel/fs/ram_symlink.hpp"
#include "kernel/fs/super_block.hpp"
#include "kernel/mm/heap.hpp"

#include <new>

namespace kernel::fs {
namespace {

/// An inode in memory. EINVAL for a type that there is not.
Result<Ref<Inode>> make_ram_inode(const NewInode& what, Ref<SuperBlock> super_block)
{
    switch (what.type) {
    case FileType::regular:
        return Ref<Inode> { TRY(make_inode<RamFile>(what, std::move(super_block), what.permissions)) };
    case FileType::directory:
        return Ref<Inode> { TRY(make_inode<RamDirectory>(what, std::move(super_block), what.permissions)) };
    case FileType::symlink: {
        auto link = TRY(make_inode<RamSymlink>(what, std::move(super_block), what.target));
        TRY(link->copy_target());
        return Ref<Inode>{std::move(link)};
    }
    case FileType::fifo: return prepared(what, std::move(super_block), make_fifo(what.permissions));
    case FileType::socket:
    case FileType::character_device:
    case FileType::block_device:
        return Ref<Inode>
        {
            TRY(make_inode<DeviceNode>(what, std::move(super_block), what.type, what.permissions, what.device))
        };
    default: return Errno::einval;
    }
}

} // namespace

RamDirectory::~RamDirectory()
{
    entries_.with([](Entries& entries) {
        entries.by_name.clear();
        entries.by_position.clear_and_dispose([](Entry* entry) { Box<Entry>{entry}; });
    });
}

Result<Box<RamDirectory::Entry>> RamDirectory::make_entry(std::string_view name, Ref<Inode> inode)
{
    if (name.size() > max_name_length)
        return Errno::enametoolong;
    void* const memory = mm::kmalloc(sizeof(Entry) + name.size());
    if (memory == nullptr)
        return Errno::enomem;
    __builtin_memcpy(static_cast<std::byte*>(memory) + sizeof(Entry), name.data(), name.size());
    return Box<Entry>{new (memory) Entry{std::move(inode), 0, static_cast<u32>(name.size()), {}, {}}};
}

/// The one that has the name already, or null.
RamDirectory::Entry* RamDirectory::insert(Entries& entries, Box<Entry>& entry)
{
    const auto [there, inserted] = entries.by_name.insert(*entry);
    if (!inserted)
        return &*there;
    entry->position = entries.next_position++;
    ++entries.count;
    entries.by_position.push_back(*entry.release());
    return nullptr;
}

Box<RamDirectory::Entry> RamDirectory::take(std::string_view name)
{
    return entries_.with([&](Entries& entries) -> Box<Entry> {
        const auto found = entries.by_name.find(name);
        if (found == entries.by_name.end())
            return {};
        Entry& entry = *found;
        entries.by_name.erase(found);
        entries.by_position.erase(entries.by_position.iterator_to(entry));
        --entries.count;
        return Box<Entry>{&entry};
    });
}

u64 RamDirectory::size() const
{
    constexpr u64 entry_size = 20;
    return entries_.with([](const Entries& entries) { return (entries.count + 2) * entry_size; });
}

bool RamDirectory::is_empty() const
{
    return entries_.with([](const Entries& entries) { return entries.count == 0; });
}

/// A subdirectory's ".." is one of the directory's names.
void RamDirectory::note_subdirectory(const Inode& inode, i32 count)
{
    if (inode.is_directory())
        add_links(count);
}

Result<Ref<Inode>> RamDirectory::lookup(std::string_view name)
{
    return entries_.with([&](Entries& entries) -> Result<Ref<Inode>> {
        const auto found = entries.by_name.find(name);
        if (found == entries.by_name.end())
            return Errno::enoent;
        return found->inode;
    });
}

Result<void> RamDirectory::add(std::string_view name, Ref<Inode> inode)
{
    const bool is_subdirectory = inode->is_directory();
    Box<Entry> entry = TRY(make_entry(name, std::move(inode)));
    if (entries_.with([&](Entries& entries) { return insert(entries, entry); }) != nullptr)
        return Errno::eexist;
    if (is_subdirectory)
        add_links(1);
    return {};
}

Result<Ref<Inode>> RamDirectory::make(std::string_view name, const NewInode& what)
{
    Ref<Inode> inode = TRY(make_ram_inode(what, super_block_reference()));
    TRY(add(name, inode));
    note_modification(inode->times().changed);
    return inode;
}

Result<Ref<Inode>> RamDirectory::make_unnamed(const NewInode& what)
{
    Ref<Inode> inode = TRY(make_ram_inode(what, super_block_reference()));
    inode->set_link_count(0);
    return inode;
}

Result<void> RamDirectory::link(std::string_view name, Ref<Inode> inode)
{
    TRY(add(name, inode));
    const TimeStamp time = now();
    inode->add_links(1);
    inode->note_change(time);
    note_modification(time);
    return {};
}

Result<void> RamDirectory::unlink(std::string_view name)
{
    const Box<Entry> entry = take(name);
    if (!entry)
        return Errno::enoent;
    const TimeStamp time = now();
    entry->inode->add_links(-1);
    entry->inode->note_change(time);
    note_modification(time);
    return {};
}

Result<void> RamDirectory::remove_directory(std::string_view name)
{
    const Ref<Inode> directory = TRY(RamDirectory::lookup(name));
    if (!static_cast<RamDirectory&>(*directory).is_empty())
        return Errno::enotempty;
    const Box<Entry> entry = take(name);
    const TimeStamp time = now();
    directory->set_link_count(0);
    directory->note_change(time);
    note_subdirectory(*directory, -1);
    note_modification(time);
    return {};
}

Result<void> RamDirectory::exchange(std::string_view name, RamDirectory& to, std::string_view new_name)
{
    const Ref<Inode> mine = TRY(RamDirectory::lookup(name));
    const Ref<Inode> other = TRY(to.RamDirectory::lookup(new_name));
    const auto put = [](RamDirectory& directory, std::string_view key, const Ref<Inode>& inode) {
        Ref<Inode> replaced = inode; // dropped with no lock held
        directory.entries_.with([&](Entries& entries) { std::swap(entries.by_name.find(key)->inode, replaced); });
        directory.note_subdirectory(*inode, 1);
        directory.note_subdirectory(*replaced, -1);
    };
    put(*this, name, other);
    put(to, new_name, mine);
    const TimeStamp time = now();
    mine->note_change(time);
    other->note_change(time);
    note_modification(time);
    to.note_modification(time);
    return {};
}

Result<void> RamDirectory::rename(std::string_view name, Inode& to, std::string_view new_name, u32 flags)
{
    auto& target = static_cast<RamDirectory&>(to);
    if ((flags & rename_exchange) != 0)
        return exchange(name, target, new_name);
    const Ref<Inode> moved = TRY(RamDirectory::lookup(name));
    const auto replaced = target.RamDirectory::lookup(new_name);
    if (replaced && replaced.value()->is_directory() && !static_cast<RamDirectory&>(*replaced.value()).is_empty())
        return Errno::enotempty;
    Box<Entry> entry = TRY(make_entry(new_name, moved));
    const TimeStamp time = now();
    if (replaced) {
        const Box<Entry> gone = target.take(new_name);
        if (gone->inode->is_directory())
            gone->inode->set_link_count(0);
        else
            gone->inode->add_links(-1);
        gone->inode->note_change(time);
        target.note_subdirectory(*gone->inode, -1);
    }
    const Box<Entry> old = take(name);
    target.entries_.with([&](Entries& entries) { insert(entries, entry); });
    note_subdirectory(*moved, -1);
    target.note_subdirectory(*moved, 1);
    moved->note_change(time);
    note_modification(time);
    target.note_modification(time);
    return {};
}

Result<void> RamDirectory::read_directory(u64 position, DirectoryVisitor& visitor)
{
    return entries_.with([&](Entries& entries) -> Result<void> {
        for (const Entry& entry : entries.by_position) {
            if (entry.position < position)
                continue;
            const Inode& inode = *entry.inode;
            if (!visitor.visit(entry.name(), inode.number(), inode.type(), entry.position + 1))
                break;
        }
        return {};
    });
}

} // namespace kernel::fs
