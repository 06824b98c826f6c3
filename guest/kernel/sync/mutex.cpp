#include "kernel/sync/mutex.hpp"

namespace kernel {

void Mutex::lock_contended()
{
    __atomic_add_fetch(&contenders_, 1, __ATOMIC_SEQ_CST);
    waiters_.wait([this] { return __atomic_exchange_n(&held_, true, __ATOMIC_SEQ_CST) == false; });
    __atomic_sub_fetch(&contenders_, 1, __ATOMIC_RELAXED);
}

void Mutex::unlock()
{
    __atomic_store_n(&held_, false, __ATOMIC_SEQ_CST);
    if (__atomic_load_n(&contenders_, __ATOMIC_SEQ_CST) != 0)
        waiters_.wake_one();
}

} // namespace kernel
