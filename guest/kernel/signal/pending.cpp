#include "kernel/signal/pending.hpp"

namespace kernel::signal {

void Pending::add(Signal signal, Box<Queued> entry)
{
    if (set_.contains(signal) && !is_realtime(signal))
        return;
    set_.add(signal);
    if (!entry)
        return;
    queue_.push_back(*entry.release());
    ++count_;
}

Info Pending::take(Signal signal)
{
    Box<Queued> first;
    bool more = false;
    for (auto at = queue_.begin(); at != queue_.end() && !more;) {
        Queued& entry = *at++;
        if (entry.info.number() != signal)
            continue;
        if (first) {
            more = true;
        } else {
            queue_.erase(queue_.iterator_to(entry));
            --count_;
            first = Box<Queued>{&entry};
        }
    }
    if (!more)
        set_.remove(signal);
    return first ? first->info : Info::from_sender(signal, by_user, 0, 0);
}

void Pending::remove(SignalSet signals)
{
    if ((set_ & signals).empty())
        return;
    set_ = set_ & ~signals;
    for (auto at = queue_.begin(); at != queue_.end();) {
        Queued& entry = *at++;
        if (!signals.contains(entry.info.number()))
            continue;
        queue_.erase(queue_.iterator_to(entry));
        --count_;
        const Box<Queued> gone{&entry};
    }
}

} // namespace kernel::signal
