#include "kernel/futex/futex.hpp"

#include "arch/user_access.hpp"
#include "kernel/proc/process.hpp"
#include "kernel/sched/schedule.hpp"
#include "kernel/time/sleep.hpp"
#include "lib/late.hpp"

#include <algorithm>
#include <bit>
#include <optional>

namespace kernel::futex {
namespace {

/// Which word: what is the same for all who mean the same. Two processes that share memory by CLONE_VM have one address
/// space.
struct Key {
    const void* space;
    u64 address;

    friend bool operator==(const Key&, const Key&) = default;
};

struct Bucket;

/// Somebody who waits; on his stack. All but `task` under the lock of `bucket`, which changes under that of both.
struct Waiter {
    Waiter(const Key& on, u32 among) : key{on}, bits{among} {}
    Key key;
    u32 bits;
    Task& task = Task::current();
    Atomic<Bucket*> bucket;
    Atomic<bool> woken;
    ListHook hook;
};

struct Waiters {
    List<Waiter, &Waiter::hook> list;
};

/// Those whose keys have one hash. Lock order: by address; before run queues.
struct Bucket {
    SpinLock lock;
    Late<Waiters> waiters; ///< constructed with the first
    bool constructed = false;

    auto& list()
    {
        if (!constructed) {
            waiters.construct();
            constructed = true;
        }
        return waiters->list;
    }
};

constexpr u64 bucket_count = 64;
constinit Bucket buckets[bucket_count];

Bucket& bucket_of(const Key& key)
{
    constexpr u64 multiplier = 0x9e37'79b9'7f4a'7c15; // 2^64 / golden ratio
    const u64 mixed = (reinterpret_cast<u64>(key.space) ^ key.address) * multiplier;
    constexpr unsigned bits = std::countr_zero(bucket_count);
    return buckets[mixed >> (64 - bits)];
}

Result<Key> key_of(u64 address, bool)
{
    if (address % sizeof(u32) != 0)
        return Errno::einval;
    if (!arch::is_user_range({address}, sizeof(u32)))
        return Errno::efault;
    return Key{&Process::current().address_space(), address};
}

Result<u32> read_word(u64 address)
{
    u32 word;
    TRY(arch::copy_from_user(std::as_writable_bytes(std::span{&word, 1}), {address}));
    return word;
}

void enqueue(Waiter& waiter)
{
    Bucket& bucket = bucket_of(waiter.key);
    const SpinLock::Guard guard{bucket.lock};
    waiter.bucket.store(&bucket, Order::release);
    bucket.list().push_back(waiter);
}

/// Whether it was woken before. Nobody touches the waiter from then on.
bool dequeue(Waiter& waiter)
{
    for (;;) {
        Bucket& bucket = *waiter.bucket.load(Order::acquire);
        const SpinLock::Guard guard{bucket.lock};
        if (waiter.bucket.load(Order::relaxed) != &bucket)
            continue; // requeued meanwhile
        const bool woken = waiter.woken.load(Order::relaxed);
        if (!woken)
            bucket.list().erase(bucket.list().iterator_to(waiter));
        return woken;
    }
}

/// Bucket locked.
void wake(Bucket& bucket, Waiter& waiter)
{
    bucket.list().erase(bucket.list().iterator_to(waiter));
    waiter.woken.store(true, Order::release);
    sched::wake(waiter.task);
}

u32 wake_some(Bucket& bucket, const Key& key, u32 most, u32 bits)
{
    u32 woken = 0;
    for (auto at = bucket.list().begin(); at != bucket.list().end() && woken < most;) {
        Waiter& waiter = *at++;
        if (waiter.key != key || (waiter.bits & bits) == 0)
            continue;
        wake(bucket, waiter);
        ++woken;
    }
    return woken;
}

/// Two locks in the one order that there is.
class BothLocked {
public:
    BothLocked(Bucket& one, Bucket& other) : first_{std::min(&one, &other)}, second_{std::max(&one, &other)}
    {
        first_->lock.lock();
        if (second_ != first_)
            second_->lock.lock_nested();
    }
    BothLocked(const BothLocked&) = delete;
    BothLocked& operator=(const BothLocked&) = delete;
    ~BothLocked()
    {
        if (second_ != first_)
            second_->lock.unlock();
        first_->lock.unlock();
    }

private:
    Bucket* first_;
    Bucket* second_;
};

enum class End { woken, interrupted, timed_out };

/// A timer of the clock that the deadline goes by wakes the sleeper.
End sleep(const Waiter& waiter, const Deadline& deadline)
{
    const auto is_over = [&] { return waiter.woken.load(Order::acquire); };
    switch (time::sleep_unless(deadline.clock, deadline.at, is_over)) {
    case time::SleepEnd::condition: return End::woken;
    case time::SleepEnd::interrupted: return End::interrupted;
    case time::SleepEnd::timed_out: return End::timed_out;
    }
    return End::woken;
}

i32 sign_extend(u32 value)
{
    constexpr unsigned unused = 20; // of 32 bits, 12 are the operand's
    return static_cast<i32>(value << unused) >> unused;
}

/// The operation of FUTEX_WAKE_OP (linux/futex.h): four bits of operator, four of comparison, two operands of twelve.
struct WakeOperation {
    explicit WakeOperation(u32 code)
        : operation{code >> 28 & 7},
          comparison{code >> 24 & 0xf},
          operand{sign_extend(code >> 12 & 0xfff)},
          compared{sign_extend(code & 0xfff)}
    {
        constexpr u32 operand_is_shift = 8U << 28;
        if ((code & operand_is_shift) != 0)
            operand = static_cast<i32>(1U << (static_cast<u32>(operand) & 31));
    }

    std::optional<u32> apply(u32 old) const
    {
        const auto value = static_cast<u32>(operand);
        switch (operation) {
        case 0: return value;
        case 1: return old + value;
        case 2: return old | value;
        case 3: return old & ~value;
        case 4: return old ^ value;
        default: return std::nullopt;
        }
    }
    std::optional<bool> holds(u32 old) const
    {
        const auto value = static_cast<i32>(old);
        switch (comparison) {
        case 0: return value == compared;
        case 1: return value != compared;
        case 2: return value < compared;
        case 3: return value <= compared;
        case 4: return value > compared;
        case 5: return value >= compared;
        default: return std::nullopt;
        }
    }

    u32 operation;
    u32 comparison;
    i32 operand;
    i32 compared;
};

/// What was there.
Result<u32> change_word(u64 address, const WakeOperation& operation)
{
    u32 old = TRY(read_word(address));
    for (;;) {
        const auto desired = operation.apply(old);
        if (!desired)
            return Errno::enosys;
        const u32 found = TRY(arch::compare_exchange_user({address}, old, *desired));
        if (found == old)
            return old;
        old = found;
    }
}

} // namespace

Result<void> wait(u64 address, bool shared, u32 expected, u32 bits, const Deadline& deadline)
{
    if (bits == 0)
        return Errno::einval;
    Waiter waiter
    {
        TRY(key_of(address, shared))
        , bits
    };
    // In the queue before the look: whoever changes the word after that finds the waiter there.
    enqueue(waiter);
    const auto word = read_word(address);
    const bool goes_to_sleep = word && word.value() == expected;
    const End end = goes_to_sleep ? sleep(waiter, deadline) : End::woken;
    if (dequeue(waiter))
        return {};
    if (!word)
        return word.error();
    if (!goes_to_sleep)
        return Errno::eagain;
    return end == End::timed_out ? Errno::etimedout : Errno::erestartsys;
}

Result<u32> wake(u64 address, bool shared, u32 most, u32 bits)
{
    if (bits == 0)
        return Errno::einval;
    const Key key = TRY(key_of(address, shared));
    Bucket& bucket = bucket_of(key);
    const SpinLock::Guard guard{bucket.lock};
    return wake_some(bucket, key, most, bits);
}

Result<u32> requeue(u64 address, bool shared, const Requeue& how)
{
    const Key from = TRY(key_of(address, shared));
    const Key to = TRY(key_of(how.other, shared));
    // Between the look and the lock the word may change: as if the change had come after this call.
    if (how.compare && TRY(read_word(address)) != how.expected)
        return Errno::eagain;
    Bucket& source = bucket_of(from);
    Bucket& target = bucket_of(to);
    const BothLocked guard{source, target};
    u32 woken = 0;
    u32 requeued = 0;
    for (auto at = source.list().begin(); at != source.list().end();) {
        Waiter& waiter = *at++;
        if (waiter.key != from)
            continue;
        if (woken < how.wakes) {
            wake(source, waiter);
            ++woken;
        } else if (requeued < how.requeues) {
            ++requeued;
            if (from == to)
                continue;
            source.list().erase(source.list().iterator_to(waiter));
            waiter.key = to;
            waiter.bucket.store(&target, Order::release);
            target.list().push_back(waiter);
        } else {
            break;
        }
    }
    return how.compare ? woken + requeued : woken;
}

Result<u32> wake_op(u64 address, bool shared, u32 wakes, u64 other, u32 other_wakes, u32 operation)
{
    TRY(key_of(address, shared));
    TRY(key_of(other, shared));
    const WakeOperation change{operation};
    const auto both = change.holds(TRY(change_word(other, change)));
    if (!both)
        return Errno::enosys;
    u32 woken = TRY(wake(address, shared, wakes, any_bit));
    if (*both)
        woken += TRY(wake(other, shared, other_wakes, any_bit));
    return woken;
}

void clear_and_wake(u64 address)
{
    const u32 nothing = 0;
    if (arch::copy_to_user({address}, std::as_bytes(std::span{&nothing, 1})))
        static_cast<void>(wake(address, true, 1, any_bit));
}

} // namespace kernel::futex
