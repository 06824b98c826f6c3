#pragma once

#include "kernel/mm/heap.hpp"
#include "lib/result.hpp"

#include <memory>
#include <span>

namespace kernel {

/// An array whose size is known when it is needed: a small one lies in the object, a larger one on the heap.
template <typename T, u32 few>
class SmallArray {
public:
    SmallArray() = default;
    SmallArray(const SmallArray&) = delete;
    SmallArray& operator=(const SmallArray&) = delete;
    ~SmallArray()
    {
        std::destroy_n(data_, size_);
        if (data_ != local())
            mm::kfree(data_);
    }

    /// Makes it one of `size` value-initialised elements; once. ENOMEM.
    Result<void> allocate(u32 size)
    {
        if (size > few)
            data_ = static_cast<T*>(mm::kmalloc(size * sizeof(T)));
        if (data_ == nullptr) {
            data_ = local();
            return Errno::enomem;
        }
        std::uninitialized_value_construct_n(data_, size);
        size_ = size;
        return {};
    }

    std::span<T> all() { return {data_, size_}; }
    T& operator[](u32 index) { return data_[index]; }
    u32 size() const { return size_; }

private:
    T* local() { return reinterpret_cast<T*>(local_); }

    alignas(T) std::byte local_[few * sizeof(T)];
    T* data_ = local();
    u32 size_ = 0;
};

} // namespace kernel
