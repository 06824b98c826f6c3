// A context switch between two kernel threads of one CPU, each of which wakes the other and sleeps.
#include "arch/clock.hpp"
#include "kernel/bench/bench.hpp"
#include "kernel/sched/schedule.hpp"
#include "kernel/sched/wait_queue.hpp"

namespace kernel::bench {
namespace {

/// Both threads run on one CPU, so that what one has written the other sees.
class Rally {
public:
    enum Side { here, there, over };

    void hit_to(Side side)
    {
        set(side);
        queue_.wake_up_all();
    }
    void await(Side side)
    {
        queue_.wait([&] { return turn() == side || turn() == over; });
    }
    bool is_over() const { return turn() == over; }

private:
    void set(Side side) { __atomic_store_n(&turn_, side, __ATOMIC_RELEASE); }
    Side turn() const { return __atomic_load_n(&turn_, __ATOMIC_ACQUIRE); }

    Side turn_ = here;
    WaitQueue queue_;
};

struct Partner {
    Rally rally;
    bool gone = false;
};

void hit_back(void* argument)
{
    Partner& partner = *static_cast<Partner*>(argument);
    for (;;) {
        partner.rally.await(Rally::there);
        if (partner.rally.is_over())
            break;
        partner.rally.hit_to(Rally::here);
    }
    __atomic_store_n(&partner.gone, true, __ATOMIC_RELEASE); // the last access
}

} // namespace

Measured switch_tasks(u64 count)
{
    Partner partner;
    const auto task = sched::create_task("kbench_partner", hit_back, &partner, CpuMask{1});
    if (!task)
        return {};
    sched::wake(*task.value());

    const u64 begin = arch::monotonic_nanoseconds();
    for (u64 i = 0; i < count; ++i) {
        partner.rally.hit_to(Rally::there);
        partner.rally.await(Rally::here);
    }
    const u64 time = arch::monotonic_nanoseconds() - begin;
    partner.rally.hit_to(Rally::over);
    while (!__atomic_load_n(&partner.gone, __ATOMIC_ACQUIRE))
        sched::yield();
    return {time, 2 * count};
}

} // namespace kernel::bench
