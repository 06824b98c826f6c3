#include "kernel/fs/proc/writer.hpp"

#include "kernel/mm/heap.hpp"

#include <algorithm>

namespace kernel::procfs {

Writer::~Writer() { mm::kfree(text_); }

bool Writer::reserve(std::size_t size)
{
    constexpr std::size_t least = 512;
    if (size <= capacity_)
        return true;
    const std::size_t capacity = std::max({size, 2 * capacity_, least});
    auto* const larger = static_cast<char*>(mm::kmalloc(capacity));
    if (larger == nullptr)
        return false;
    if (size_ != 0)
        __builtin_memcpy(larger, text_, size_);
    mm::kfree(text_);
    text_ = larger;
    capacity_ = capacity;
    return true;
}

void Writer::append(std::string_view text)
{
    if (text.empty())
        return;
    if (out_of_memory_ || !reserve(size_ + text.size())) {
        out_of_memory_ = true;
        return;
    }
    __builtin_memcpy(text_ + size_, text.data(), text.size());
    size_ += text.size();
}

Result<void> Writer::finish() const
{
    if (out_of_memory_)
        return Errno::enomem;
    return {};
}

void Writer::clear()
{
    size_ = 0;
    out_of_memory_ = false;
}

} // namespace kernel::procfs
