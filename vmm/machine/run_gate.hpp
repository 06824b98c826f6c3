#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>

namespace vitrine {

/// Says whether vCPUs may run, and knows how many do. vCPU threads pass it before each KVM_RUN at the price of one
/// load; everything else is off the path.
///
/// The order that loses no wake-up, with VirtualCpu::kick() (K) and the vCPU's loop (V); all sequentially consistent:
///   K1 change the gate      K2 immediate_exit = 1      K3 signal the thread
///   V1 immediate_exit = 0   V2 look at the gate        V3 KVM_RUN
/// If V1 follows K2, V2 sees K1. If V1 precedes K2, V3 either finds immediate_exit set, or has begun and K3 interrupts
/// it. A signal that arrives between V2 and V3 finds K2 done, so V3 returns at once.
class RunGate {
public:
    // For vCPU threads.

    /// True: go on. Pairs with K1.
    bool open() const { return state_.load(std::memory_order_seq_cst) == 0; }
    /// The thread enters, before its first look at the gate, and leaves for good.
    void enter();
    void leave();
    /// Waits while the gate is held. False: it is shut, leave.
    bool wait();

    // For any other thread.

    /// Holds the gate once more; each hold() needs its release().
    void hold();
    void release();
    /// For ever.
    void shut();
    /// Returns when no vCPU is between open() and wait(), given that all were kicked after hold().
    void wait_until_quiet();

private:
    static constexpr unsigned shut_bit = 1U << 31;

    /// Number of holds, and the shut bit. Written under mutex_.
    std::atomic<unsigned> state_ = 0;
    std::mutex mutex_;
    std::condition_variable changed_;
    unsigned inside_ = 0;  ///< threads that entered; under mutex_
    unsigned waiting_ = 0; ///< ... and are in wait(); under mutex_
};

} // namespace vitrine
