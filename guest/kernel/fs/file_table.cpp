#include "kernel/fs/file_table.hpp"

#include "kernel/mm/heap.hpp"

#include <memory>
#include <new>

namespace kernel::fs {

FileTable::~FileTable()
{
    std::destroy_n(slots_, capacity_);
    mm::kfree(slots_);
}

Result<void> FileTable::grow()
{
    if (capacity_ == max_descriptors)
        return Errno::emfile;
    const u32 capacity = capacity_ == 0 ? first_capacity : 2 * capacity_;
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

Result<u32> FileTable::install(Ref<File> file, bool close_on_exec)
{
    u32 descriptor = lowest_free_;
    while (descriptor < capacity_ && slots_[descriptor].file)
        ++descriptor;
    if (descriptor == capacity_)
        TRY(grow());
    slots_[descriptor] = Slot{std::move(file), close_on_exec};
    lowest_free_ = descriptor + 1;
    return descriptor;
}

Result<Ref<File>> FileTable::get(u32 descriptor) const
{
    if (descriptor >= capacity_ || !slots_[descriptor].file)
        return Errno::ebadf;
    return slots_[descriptor].file;
}

Result<Ref<File>> FileTable::remove(u32 descriptor)
{
    if (descriptor >= capacity_ || !slots_[descriptor].file)
        return Errno::ebadf;
    if (descriptor < lowest_free_)
        lowest_free_ = descriptor;
    return std::move(slots_[descriptor].file);
}

void FileTable::close_on_exec()
{
    for (u32 descriptor = 0; descriptor < capacity_; ++descriptor)
        if (slots_[descriptor].file && slots_[descriptor].close_on_exec)
            static_cast<void>(remove(descriptor));
}

} // namespace kernel::fs
