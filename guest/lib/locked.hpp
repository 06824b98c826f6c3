#pragma once

#include "kernel/debug/lock_map.hpp"

#include <type_traits>
#include <utility>

namespace kernel {

/// A lock that lockdep knows by the type of what it is in, if it lets lockdep know at all.
template <typename Lock, typename Owner>
constexpr Lock make_lock()
{
    if constexpr (std::is_constructible_v<Lock, debug::LockSite>)
        return Lock{debug::LockSite::of<Owner>()};
    else
        return Lock{};
}

/// Data that a lock protects, reachable only while it is held:
///
///     Locked<State, IrqSafe> state_;
///     state_.with([&](State& state) { ... });
///
/// `Lock` has a nested `Guard`, constructed from the lock, that holds it for its lifetime.
template <typename T, typename Lock>
class Locked {
public:
    template <typename... Arguments>
    constexpr explicit Locked(Arguments&&... arguments) : value_(std::forward<Arguments>(arguments)...)
    {}
    Locked(const Locked&) = delete;
    Locked& operator=(const Locked&) = delete;

    /// Calls `function(T&)` with the lock held; its result. No reference to the data may outlive the call.
    template <typename Function>
    decltype(auto) with(Function&& function)
    {
        typename Lock::Guard guard{lock_};
        return std::forward<Function>(function)(value_);
    }
    template <typename Function>
    decltype(auto) with(Function&& function) const
    {
        typename Lock::Guard guard{lock_};
        return std::forward<Function>(function)(value_);
    }
    /// The same inside with() of another Locked of this type: the order of the two is right by a rule of its users, who
    /// say which. For locks that have a nested `NestedGuard`.
    template <typename Function>
    decltype(auto) with_nested(Function&& function)
    {
        typename Lock::NestedGuard guard{lock_};
        return std::forward<Function>(function)(value_);
    }
    /// The same, for chains of more than two: `depth` counts them from 0.
    template <typename Function>
    decltype(auto) with_nested(unsigned depth, Function&& function)
    {
        typename Lock::NestedGuard guard{lock_, depth};
        return std::forward<Function>(function)(value_);
    }

    /// For what is known to stay as it is, and for a CPU that panics while another, or it itself, holds the lock.
    T& without_lock() { return value_; }

private:
    mutable Lock lock_ = make_lock<Lock, Locked>();
    T value_;
};

/// The same with a lock that lets several readers in at once; it has a nested `SharedGuard` as well:
///
///     SharedLocked<Table, RwSemaphore> table_;
///     table_.read([&](const Table& table) { ... });
///     table_.write([&](Table& table) { ... });
template <typename T, typename Lock>
class SharedLocked {
public:
    template <typename... Arguments>
    constexpr explicit SharedLocked(Arguments&&... arguments) : value_(std::forward<Arguments>(arguments)...)
    {}
    SharedLocked(const SharedLocked&) = delete;
    SharedLocked& operator=(const SharedLocked&) = delete;

    template <typename Function>
    decltype(auto) read(Function&& function) const
    {
        typename Lock::SharedGuard guard{lock_};
        return std::forward<Function>(function)(value_);
    }
    template <typename Function>
    decltype(auto) write(Function&& function)
    {
        typename Lock::Guard guard{lock_};
        return std::forward<Function>(function)(value_);
    }

private:
    mutable Lock lock_ = make_lock<Lock, SharedLocked>();
    T value_;
};

} // namespace kernel
