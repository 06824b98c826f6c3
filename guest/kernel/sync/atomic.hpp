#pragma once

namespace kernel {

/// How an access to an Atomic is ordered with others; the C++ memory model's, which is Linux's in these uses:
///
///     relaxed   READ_ONCE, WRITE_ONCE, atomic_add: the access itself is whole, nothing else is promised
///     acquire   smp_load_acquire: what comes after it in the program sees all that came before the release it read
///     from release   smp_store_release: its other half acq_rel   both, of a read-modify-write seq_cst   and all of
///     these happen in one order that all CPUs agree on: what an access sees that follows another
///               CPU's in that order is no older than that. For "I tell, then I look" on two sides, as in wait queues
enum class Order : int {
    relaxed = __ATOMIC_RELAXED,
    acquire = __ATOMIC_ACQUIRE,
    release = __ATOMIC_RELEASE,
    acq_rel = __ATOMIC_ACQ_REL,
    seq_cst = __ATOMIC_SEQ_CST,
};

/// A number, flag, enumeration or pointer that several CPUs use at once. Every access names its order: there is no
/// default to read over, and no operator to mistake for an ordinary access.
template <typename T>
class Atomic {
public:
    constexpr Atomic() = default;
    constexpr explicit Atomic(T value) : value_{value} {}
    Atomic(const Atomic&) = delete;
    Atomic& operator=(const Atomic&) = delete;

    [[gnu::always_inline]] T load(Order order) const
    {
        T value;
        __atomic_load(&value_, &value, static_cast<int>(order));
        return value;
    }
    [[gnu::always_inline]] void store(T value, Order order)
    {
        __atomic_store(&value_, &value, static_cast<int>(order));
    }
    /// The value before, as with all that follow but the add_fetch family.
    [[gnu::always_inline]] T exchange(T value, Order order)
    {
        T before;
        __atomic_exchange(&value_, &value, &before, static_cast<int>(order));
        return before;
    }
    /// Stores `desired` where the value is `expected`; otherwise puts what it is into `expected` (relaxed).
    [[gnu::always_inline]] bool compare_exchange(T& expected, T desired, Order order)
    {
        return __atomic_compare_exchange(&value_, &expected, &desired, false, static_cast<int>(order),
                                         __ATOMIC_RELAXED);
    }

    [[gnu::always_inline]] T fetch_add(T amount, Order order)
    {
        return __atomic_fetch_add(&value_, amount, static_cast<int>(order));
    }
    [[gnu::always_inline]] T fetch_sub(T amount, Order order)
    {
        return __atomic_fetch_sub(&value_, amount, static_cast<int>(order));
    }
    [[gnu::always_inline]] T fetch_or(T bits, Order order)
    {
        return __atomic_fetch_or(&value_, bits, static_cast<int>(order));
    }
    [[gnu::always_inline]] T fetch_and(T bits, Order order)
    {
        return __atomic_fetch_and(&value_, bits, static_cast<int>(order));
    }
    /// The value after.
    [[gnu::always_inline]] T add_fetch(T amount, Order order)
    {
        return __atomic_add_fetch(&value_, amount, static_cast<int>(order));
    }
    [[gnu::always_inline]] T sub_fetch(T amount, Order order)
    {
        return __atomic_sub_fetch(&value_, amount, static_cast<int>(order));
    }
    [[gnu::always_inline]] T and_fetch(T bits, Order order)
    {
        return __atomic_and_fetch(&value_, bits, static_cast<int>(order));
    }

    /// For whoever is alone with it: constructors, panics, a test after the fact.
    T value() const { return value_; }

private:
    T value_{};
};

} // namespace kernel
