#include "kernel/sync/completion.hpp"

#include "kernel/debug/checks.hpp"

namespace kernel {

bool Completion::State::take()
{
    if (done == 0)
        return false;
    if (done != for_all)
        --done;
    return true;
}

void Completion::complete()
{
    state_.with([](State& state) {
        if (!state.waiters.empty())
            state.waiters.grant_first();
        else if (state.done != for_all)
            ++state.done;
    });
}

void Completion::complete_all()
{
    state_.with([](State& state) {
        state.done = for_all;
        while (!state.waiters.empty())
            state.waiters.grant_first();
    });
}

WaitEnd Completion::wait(const Wait& how)
{
    might_sleep();
    Waiter waiter;
    const bool was_done = state_.with([&](State& state) {
        if (state.take())
            return true;
        state.waiters.add(waiter);
        return false;
    });
    if (was_done)
        return WaitEnd::condition;
    return wait_until_granted(state_, waiter, how, [&](State& state) { state.waiters.remove(waiter); });
}

bool Completion::try_wait()
{
    return state_.with([](State& state) { return state.take(); });
}

bool Completion::is_done()
{
    return state_.with([](const State& state) { return state.done != 0; });
}

void Completion::reset()
{
    state_.with([](State& state) { state.done = 0; });
}

} // namespace kernel
