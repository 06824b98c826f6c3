#include "kernel/proc/arguments.hpp"

#include "kernel/mm/heap.hpp"

#include <algorithm>

namespace kernel::proc {
namespace {

/// Makes `array` hold at least `wanted` elements, of which `used` are kept.
template <typename T, typename Count>
Result<void> reserve(T*& array, Count& capacity, Count used, Count wanted, Count first_capacity)
{
    if (wanted <= capacity)
        return {};
    const Count larger_capacity = std::max({wanted, static_cast<Count>(2 * capacity), first_capacity});
    auto* const larger = static_cast<T*>(mm::kmalloc(larger_capacity * sizeof(T)));
    if (larger == nullptr)
        return Errno::enomem;
    std::copy_n(array, used, larger);
    mm::kfree(array);
    array = larger;
    capacity = larger_capacity;
    return {};
}

} // namespace

ArgumentStrings::~ArgumentStrings()
{
    mm::kfree(bytes_);
    mm::kfree(offsets_);
}

Result<void> ArgumentStrings::add(std::string_view text)
{
    constexpr u64 first_bytes = 256;
    constexpr u32 first_offsets = 16;
    if (text.size() >= max_size - size_ || count_ == max_count)
        return Errno::e2big;
    TRY(reserve(bytes_, capacity_, size_, size_ + text.size() + 1, first_bytes));
    TRY(reserve(offsets_, offset_capacity_, count_, count_ + 1, first_offsets));
    offsets_[count_++] = static_cast<u32>(size_);
    __builtin_memcpy(bytes_ + size_, text.data(), text.size());
    bytes_[size_ + text.size()] = std::byte{0};
    size_ += text.size() + 1;
    return {};
}

Result<void> ArgumentStrings::add_argument(std::string_view text)
{
    TRY(add(text));
    ++argument_count_;
    return {};
}

Result<void> ArgumentStrings::add_environment(std::string_view text) { return add(text); }

} // namespace kernel::proc
