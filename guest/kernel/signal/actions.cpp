#include "kernel/signal/actions.hpp"

namespace kernel::signal {

void Actions::set(Signal signal, const Action& action)
{
    set_.add(signal);
    at(signal) = action;
}

void Actions::copy_from(const Actions& other)
{
    set_ = other.set_;
    for (SignalSet rest = set_; !rest.empty(); rest.remove(rest.lowest()))
        at(rest.lowest()) = other.at(rest.lowest());
}

void Actions::reset_handlers()
{
    for (SignalSet rest = set_; !rest.empty(); rest.remove(rest.lowest())) {
        const Signal signal = rest.lowest();
        const bool ignored = at(signal).handler == Action::ignored;
        at(signal) = Action{};
        if (ignored)
            at(signal).handler = Action::ignored;
        else
            set_.remove(signal);
    }
}

} // namespace kernel::signal
