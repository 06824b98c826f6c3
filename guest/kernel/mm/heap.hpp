#pragma once

#include "lib/result.hpp"
#include "lib/types.hpp"

#include <array>
#include <cstddef>
#include <new>
#include <optional>
#include <utility>

namespace kernel::mm {

/// Memory from the slab caches (up to 2 KiB) or whole pages above, at most 4 MiB; aligned to 16, or to the size where
/// that is a power of two. Contents undefined. Null when there is none. Any context.
void* kmalloc(std::size_t size);
/// Null is fine. Panics on what is not memory from kmalloc, or was freed already.
void kfree(void* pointer);

/// The sizes of objects for which there is a cache, in bytes, and how many of them are in use.
inline constexpr std::array<u16, 11> cache_sizes = {16, 32, 48, 64, 96, 128, 192, 256, 512, 1024, 2048};
using ObjectCounts = std::array<u32, cache_sizes.size()>;
ObjectCounts object_counts();
/// The index of the cache for objects of `size`; nothing when they are whole pages.
std::optional<std::size_t> cache_for(std::size_t size);

/// What the slab caches have given out; for leak checks.
struct HeapCounts {
    u64 objects;
    u64 object_bytes;
    u64 slabs; ///< pages
};
HeapCounts heap_counts();

} // namespace kernel::mm

namespace kernel {

/// Owns one kmalloc'ed object.
template <typename T>
class Box {
public:
    Box() = default;
    explicit Box(T* object) : object_{object} {}
    Box(Box&& other) noexcept : object_{std::exchange(other.object_, nullptr)} {}
    Box& operator=(Box&& other) noexcept
    {
        std::swap(object_, other.object_);
        return *this;
    }
    ~Box()
    {
        if (object_ != nullptr) {
            object_->~T();
            mm::kfree(object_);
        }
    }
    T& operator*() const { return *object_; }
    T* operator->() const { return object_; }
    T* get() const { return object_; }
    explicit operator bool() const { return object_ != nullptr; }
    T* release() { return std::exchange(object_, nullptr); }

private:
    T* object_ = nullptr;
};

template <typename T, typename... Arguments>
Result<Box<T>> make_box(Arguments&&... arguments)
{
    void* memory = mm::kmalloc(sizeof(T));
    if (memory == nullptr)
        return Errno::enomem;
    return Box<T>{new (memory) T(std::forward<Arguments>(arguments)...)};
}

} // namespace kernel
