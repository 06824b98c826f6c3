#include "vmm/machine/run_gate.hpp"

namespace vitrine {

void RunGate::enter()
{
    const std::scoped_lock lock{mutex_};
    ++inside_;
}

void RunGate::leave()
{
    const std::scoped_lock lock{mutex_};
    --inside_;
    changed_.notify_all();
}

bool RunGate::wait()
{
    std::unique_lock lock{mutex_};
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return state_ == 0 || (state_ & shut_bit) != 0; });
    --waiting_;
    return state_ == 0;
}

void RunGate::hold()
{
    const std::scoped_lock lock{mutex_};
    ++state_;
}

void RunGate::release()
{
    const std::scoped_lock lock{mutex_};
    --state_;
    changed_.notify_all();
}

void RunGate::shut()
{
    const std::scoped_lock lock{mutex_};
    state_ |= shut_bit;
    changed_.notify_all();
}

void RunGate::wait_until_quiet()
{
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [this] { return waiting_ == inside_; });
}

} // namespace vitrine
