#include "kernel/fs/ram_directory.hpp"

#include "kernel/fs/ram_file.hpp"
#include "kernel/mm/heap.hpp"

#include <new>

namespace kernel::fs {

RamDirectory::RamDirectory(u32 permissions, RamDirectory* parent)
    : Inode{FileType::directory, permissions}, parent_{parent != nullptr ? parent : this}
{}

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

Result<Ref<Inode>> RamDirectory::lookup(std::string_view name)
{
    return entries_.with([&](Entries& entries) -> Result<Ref<Inode>> {
        const auto found = entries.by_name.find(name);
        if (found == entries.by_name.end())
            return Errno::enoent;
        return found->inode;
    });
}

Result<void> RamDirectory::link(std::string_view name, Ref<Inode> inode)
{
    Box<Entry> entry = TRY(make_entry(name, std::move(inode)));
    return entries_.with([&](Entries& entries) -> Result<void> {
        if (!entries.by_name.insert(*entry).second)
            return Errno::eexist;
        entry->position = entries.next_position++;
        entries.by_position.push_back(*entry.release());
        return {};
    });
}

Result<Ref<Inode>> RamDirectory::create_file(std::string_view name, u32 permissions)
{
    Ref<Inode> file = TRY(make_ref<RamFile>(permissions));
    TRY(link(name, file));
    return file;
}

Result<Ref<Inode>> RamDirectory::create_directory(std::string_view name, u32 permissions)
{
    Ref<Inode> directory = TRY(make_ref<RamDirectory>(permissions, this));
    TRY(link(name, directory));
    return directory;
}

Result<void> RamDirectory::read_directory(u64 position, DirectoryVisitor& visitor)
{
    if (position == 0 && !visitor.visit(".", number(), type(), 1))
        return {};
    if (position <= 1 && !visitor.visit("..", parent_->number(), type(), first_position))
        return {};
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
