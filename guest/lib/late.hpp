#pragma once

#include <new>
#include <utility>

namespace kernel {

/// A global object that is constructed when its boot step runs, not before, and never destroyed. Keeps constructors
/// out of static initialisation, whose order nobody can see.
template <typename T>
class Late {
public:
    constexpr Late() = default;
    Late(const Late&) = delete;
    Late& operator=(const Late&) = delete;

    template <typename... Arguments>
    T& construct(Arguments&&... arguments)
    {
        return *new (storage_) T(std::forward<Arguments>(arguments)...);
    }

    T* operator->() { return get(); }
    T& operator*() { return *get(); }

private:
    T* get() { return std::launder(reinterpret_cast<T*>(storage_)); }

    alignas(T) unsigned char storage_[sizeof(T)] = {};
};

} // namespace kernel
