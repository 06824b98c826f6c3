#pragma once

#include "lib/intrusive.hpp"
#include "lib/types.hpp"

namespace kernel {
class Workqueue;

namespace workqueue {
class WorkerPool;
struct Pool;
struct Worker;
} // namespace workqueue

/// Something to be done by a worker, which may sleep over it. Its owner embeds it, and keeps it alive until it has
/// begun to run: its function may free it. One that is queued again while it runs runs again afterwards, never twice at
/// once.
class Work {
public:
    /// Task context.
    explicit Work(void (*function)(Work&)) : function_{function} {}
    Work(const Work&) = delete;
    Work& operator=(const Work&) = delete;

    /// Queued, and not begun.
    bool is_pending() const { return __atomic_load_n(&pending_, __ATOMIC_ACQUIRE); }

private:
    friend class Workqueue;
    friend class DelayedWork;
    friend class workqueue::WorkerPool;
    friend struct workqueue::Pool;
    friend struct workqueue::Worker;
    friend class WorkFlush;

    /// Where hook_ is: under the lock of what it is in.
    enum class Place : u8 { nowhere, waiting_for_turn, in_pool };

    void (*function_)(Work&);
    ListHook hook_;
    Workqueue* queue_ = nullptr;      ///< it was queued to last
    workqueue::Pool* pool_ = nullptr; ///< and that pool
    u64 instance_ = 0;                ///< differs each time it is queued
    bool pending_ = false;            ///< whoever sets it owns the work until it begins to run
    Place place_ = Place::nowhere;
    u8 color_ = 0; ///< see Workqueue::flush()
};

} // namespace kernel
