#pragma once

#include "kernel/sync/rw_lock.hpp"
#include "kernel/sync/rw_semaphore.hpp"
#include "lib/intrusive.hpp"
#include "lib/locked.hpp"

namespace kernel {

/// What a notified one says. Linux's NOTIFY_DONE, NOTIFY_OK, NOTIFY_STOP, NOTIFY_BAD.
enum class Notified : u8 {
    done, ///< does not care
    ok,   ///< has seen to it
    stop, ///< has seen to it, and nobody else is to be told
    bad,  ///< objects; nobody else is told
};

/// Somebody who wants to be told of events. Whoever registers it keeps it.
class Notifier {
public:
    using Function = Notified (*)(Notifier&, u64 event, void* data);

    /// Of higher priority: told earlier. Of equal ones the first that registered is.
    explicit Notifier(Function function, int priority = 0) : function_{function}, priority_{priority} {}

private:
    template <typename Lock>
    friend class NotifierChain;

    ListHook hook_;
    Function function_;
    int priority_;
};

/// Those who want to be told of one kind of event. A function may not register or remove anybody on the chain it is
/// called by. Lock order: the chain's lock before whatever its functions take.
template <typename Lock>
class NotifierChain {
public:
    void add(Notifier& notifier)
    {
        chain_.write([&](Chain& chain) {
            auto before = chain.begin();
            while (before != chain.end() && before->priority_ >= notifier.priority_)
                ++before;
            chain.insert(before, notifier);
        });
    }
    /// When it returns the function does not run, and is not called any more.
    void remove(Notifier& notifier)
    {
        chain_.write([&](Chain& chain) { chain.erase(chain.iterator_to(notifier)); });
    }
    /// Tells all, until one says that it is enough: the last answer.
    Notified call(u64 event, void* data = nullptr)
    {
        return chain_.read([&](const Chain& chain) {
            Notified answer = Notified::done;
            for (const Notifier& notifier : chain) {
                answer = notifier.function_(const_cast<Notifier&>(notifier), event, data);
                if (answer == Notified::stop || answer == Notified::bad)
                    break;
            }
            return answer;
        });
    }

private:
    using Chain = List<Notifier, &Notifier::hook_>;
    SharedLocked<Chain, Lock> chain_;
};

/// call(): any context but NMI; the functions must not sleep. add(), remove(): tasks.
using AtomicNotifierChain = NotifierChain<IrqSafeRwLock>;
/// Task context throughout; the functions may sleep.
using BlockingNotifierChain = NotifierChain<RwSemaphore>;

} // namespace kernel
