#pragma once

#include "arch/cpu.hpp"
#include "kernel/sync/preempt.hpp"
#include "kernel/sync/spin_lock.hpp"

#include <array>

namespace kernel {

/// A number that many CPUs add to and few read: each CPU gathers up to `batch` of its own before it adds them to the
/// common total. Linux's percpu_counter. What a CPU has gathered stays when it goes offline, and counts.
///
/// Any context, interrupts included.
class PerCpuCounter {
public:
    static constexpr i64 default_batch = 32;

    explicit PerCpuCounter(i64 value = 0, i64 batch = default_batch) : total_{value}, batch_{batch} {}

    void add(i64 amount)
    {
        const preempt::Off on_this_cpu;
        Atomic<i64>& mine = gathered_[arch::cpu_id()].amount;
        // Atomic for the sake of interrupts, and of sum().
        const i64 now = mine.add_fetch(amount, Order::relaxed);
        if (now < batch_ && now > -batch_)
            return;
        total_.fetch_add(mine.exchange(0, Order::relaxed), Order::relaxed);
    }
    void increment() { add(1); }
    void decrement() { add(-1); }

    /// Off by less than `batch` for each CPU.
    i64 approximate() const { return total_.load(Order::relaxed); }
    /// Exact, if nobody adds meanwhile.
    i64 sum() const
    {
        i64 sum = total_.load(Order::relaxed);
        for (const Gathered& gathered : gathered_)
            sum += gathered.amount.load(Order::relaxed);
        return sum;
    }

private:
    struct alignas(64) Gathered {
        Atomic<i64> amount;
    };

    Atomic<i64> total_;
    const i64 batch_;
    std::array<Gathered, arch::max_cpus> gathered_;
};

} // namespace kernel
