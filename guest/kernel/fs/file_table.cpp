#include "kernel/fs/file_table.hpp"

#include "kernel/mm/heap.hpp"

#include <algorithm>
#include <memory>
#include <new>

namespace kernel::fs {

FileTable::~FileTable()
{
    std::destroy_n(slots_, capacity_);
    mm::kfree(slots_);
}

Result<void> FileTable::reserve(u32 wanted)
{
    if (wanted <= capacity_)
        return {};
    u32 capacity = std::max(capacity_, first_capacity);
    while (capacity < wanted)
        capacity *= 2;
    auto* const slots = static_cast<Slot*>(mm::kmalloc(capacity * sizeof(Slot)));
    if (slots == nullptr)
        return Errno::enomem;
    std::uninitialized_move_n(slots_, capacity_, slots);
    std::uninitialized_value_construct_n(slots + capacity_, capacity - capacity_);
    std::destroy_n(slots_, capacity_);
    mm::kfree(slots_);
    slots_ = slots;
    capacity_ = capacity;
    return {};
}

Result<u32> FileTable::install(Ref<File> file, bool close_on_exec, u32 least)
{
    const u32 first = std::max(lowest_free_, least);
    u32 descriptor = first;
    while (descriptor < capacity_ && slots_[descriptor].file)
        ++descriptor;
    if (descriptor >= limit_)
        return Errno::emfile;
    TRY(reserve(descriptor + 1));
    slots_[descriptor] = Slot{std::move(file), close_on_exec};
    if (first == lowest_free_)
        lowest_free_ = descriptor + 1;
    return descriptor;
}

Result<Ref<File>> FileTable::install_at(u32 descriptor, Ref<File> file, bool close_on_exec)
{
    if (descriptor >= limit_)
        return Errno::ebadf;
    TRY(reserve(descriptor + 1));
    slots_[descriptor].close_on_exec = close_on_exec;
    return std::exchange(slots_[descriptor].file, std::move(file));
}

Result<FileTable::Slot*> FileTable::slot(u32 descriptor)
{
    if (descriptor >= capacity_ || !slots_[descriptor].file)
        return Errno::ebadf;
    return &slots_[descriptor];
}

Result<Ref<File>> FileTable::get(u32 descriptor) const
{
    if (descriptor >= capacity_ || !slots_[descriptor].file)
        return Errno::ebadf;
    return slots_[descriptor].file;
}

Result<Ref<File>> FileTable::remove(u32 descriptor)
{
    Slot* const slot = TRY(this->slot(descriptor));
    lowest_free_ = std::min(lowest_free_, descriptor);
    return std::move(slot->file);
}

Ref<File> FileTable::take_first(u32& first, u32 last, bool only_marked)
{
    for (; first <= last && first < capacity_; ++first)
        if (slots_[first].file && (!only_marked || slots_[first].close_on_exec))
            return remove(first).release();
    return {};
}

void FileTable::mark_close_on_exec(u32 first, u32 last)
{
    for (u32 descriptor = first; descriptor <= last && descriptor < capacity_; ++descriptor)
        slots_[descriptor].close_on_exec = true;
}

Result<void> FileTable::copy_from(const FileTable& other)
{
    u32 used = other.capacity_;
    while (used > 0 && !other.slots_[used - 1].file)
        --used;
    TRY(reserve(used));
    std::copy_n(other.slots_, used, slots_);
    lowest_free_ = other.lowest_free_;
    limit_ = other.limit_;
    return {};
}

Result<Ref<OpenFiles>> OpenFiles::duplicate()
{
    const Ref<OpenFiles> copy = TRY(make_ref<OpenFiles>());
    TRY(table_.with([&](const FileTable& from) { return copy->table_.without_lock().copy_from(from); }));
    return copy;
}

void OpenFiles::close(u32 first, u32 last, bool only_marked)
{
    for (;;) {
        const Ref<File> closed =
            table_.with([&](FileTable& table) { return table.take_first(first, last, only_marked); });
        if (!closed)
            return;
    }
}

} // namespace kernel::fs
