#pragma once

#include "kernel/sched/wait_queue.hpp"

namespace kernel {

/// A lock whose waiters sleep: for task context only, and for what may itself sleep (copying from users, waiting for
/// I/O). Not recursive. Use it as the lock of a Locked.
class Mutex {
public:
    Mutex() = default;
    Mutex(const Mutex&) = delete;
    Mutex& operator=(const Mutex&) = delete;

    void lock()
    {
        if (!try_lock())
            lock_contended();
    }
    bool try_lock() { return __atomic_exchange_n(&held_, true, __ATOMIC_ACQUIRE) == false; }
    void unlock();

    class Guard {
    public:
        explicit Guard(Mutex& mutex) : mutex_{mutex} { mutex_.lock(); }
        ~Guard() { mutex_.unlock(); }
        Guard(const Guard&) = delete;
        Guard& operator=(const Guard&) = delete;

    private:
        Mutex& mutex_;
    };

private:
    void lock_contended();

    bool held_ = false;
    /// Tasks in lock_contended(). Written before held_ is tried again and read after it is cleared, both sequentially
    /// consistent: an unlock that sees none is seen by the next try.
    u32 contenders_ = 0;
    WaitQueue waiters_;
};

} // namespace kernel
