#pragma once

#include "kernel/mm/heap.hpp"
#include "lib/result.hpp"
#include "lib/types.hpp"

#include <utility>

namespace kernel {

/// Base, the first one, of objects that count their references. Starts at one, which make_ref's Ref takes over.
class RefCounted {
public:
    RefCounted() = default;
    RefCounted(const RefCounted&) = delete;
    RefCounted& operator=(const RefCounted&) = delete;

    /// Relaxed: whoever takes a reference holds one already.
    void add_reference() { __atomic_add_fetch(&references_, 1, __ATOMIC_RELAXED); }
    /// False when the last one is gone: for those who know the object without holding a reference, and are told before
    /// its memory goes.
    bool try_add_reference()
    {
        u32 count = __atomic_load_n(&references_, __ATOMIC_RELAXED);
        while (count != 0)
            if (__atomic_compare_exchange_n(&references_, &count, count + 1, true, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
                return true;
        return false;
    }
    /// A hint, unless the caller keeps others from taking one.
    u32 reference_count() const { return __atomic_load_n(&references_, __ATOMIC_RELAXED); }
    /// Release, and acquire by the last: its destructor sees what every other holder wrote.
    bool drop_reference() { return __atomic_sub_fetch(&references_, 1, __ATOMIC_ACQ_REL) == 0; }

protected:
    virtual ~RefCounted() = default;
    /// The last reference is gone; the object is still whole, of whatever type. For what must end before any part of
    /// it.
    virtual void before_end() {}

private:
    template <typename T>
    friend class Ref;
    u32 references_ = 1;
};

/// The kernel's one reference-counted pointer.
template <typename T>
class Ref {
public:
    Ref() = default;
    /// Takes over a reference that the caller holds.
    static Ref adopt(T* object) { return Ref{object}; }
    /// Adds one.
    static Ref share(T* object)
    {
        object->add_reference();
        return Ref{object};
    }
    /// Adds one unless the last one is gone; then, and for null, null.
    static Ref try_share(T* object) { return Ref{object != nullptr && object->try_add_reference() ? object : nullptr}; }

    Ref(const Ref& other) : object_{other.object_}
    {
        if (object_ != nullptr)
            object_->add_reference();
    }
    Ref(Ref&& other) noexcept : object_{std::exchange(other.object_, nullptr)} {}
    template <typename U>
    Ref(Ref<U> other) : object_{other.leak()}
    {}
    Ref& operator=(Ref other) noexcept
    {
        std::swap(object_, other.object_);
        return *this;
    }
    ~Ref()
    {
        if (object_ == nullptr || !object_->drop_reference())
            return;
        RefCounted* const object = object_;
        object->before_end();
        object->~RefCounted();
        mm::kfree(object);
    }

    T& operator*() const { return *object_; }
    T* operator->() const { return object_; }
    T* get() const { return object_; }
    explicit operator bool() const { return object_ != nullptr; }
    /// Gives the reference to the caller.
    T* leak() { return std::exchange(object_, nullptr); }

private:
    explicit Ref(T* object) : object_{object} {}
    T* object_ = nullptr;
};

template <typename T, typename... Arguments>
Result<Ref<T>> make_ref(Arguments&&... arguments)
{
    return Ref<T>::adopt(TRY(make_box<T>(std::forward<Arguments>(arguments)...)).release());
}

} // namespace kernel
