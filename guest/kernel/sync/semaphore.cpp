#include "kernel/sync/semaphore.hpp"

#include "kernel/debug/checks.hpp"

namespace kernel {

bool Semaphore::try_down()
{
    return state_.with([](State& state) {
        if (state.free == 0)
            return false;
        --state.free;
        return true;
    });
}

WaitEnd Semaphore::down(const Wait& how)
{
    might_sleep();
    Waiter waiter;
    const bool taken = state_.with([&](State& state) {
        if (state.free != 0) {
            --state.free;
            return true;
        }
        state.waiters.add(waiter);
        return false;
    });
    if (taken)
        return WaitEnd::condition;
    return wait_until_granted(state_, waiter, how, [&](State& state) { state.waiters.remove(waiter); });
}

void Semaphore::up()
{
    state_.with([](State& state) {
        if (state.waiters.empty())
            ++state.free;
        else
            state.waiters.grant_first();
    });
}

} // namespace kernel
