#pragma once

#include "kernel/signal/number.hpp"
#include "lib/ref.hpp"

namespace kernel::signal {

/// sa_flags (asm/signal.h).
enum ActionFlag : u64 {
    no_child_stop = 0x1,
    no_child_wait = 0x2,
    with_info = 0x4,
    unsupported = 0x400,
    expose_tag_bits = 0x800,
    has_restorer = 0x0400'0000,
    on_alternate_stack = 0x0800'0000,
    restart = 0x1000'0000,
    no_defer = 0x4000'0000,
    reset_handler = 0x8000'0000,
};
inline constexpr u64 known_action_flags = no_child_stop | no_child_wait | with_info | expose_tag_bits | has_restorer |
                                          on_alternate_stack | restart | no_defer | reset_handler;

/// struct sigaction as rt_sigaction(2) has it.
struct Action {
    u64 handler = by_default;
    u64 flags = 0;
    u64 restorer = 0;
    SignalSet mask;

    static constexpr u64 by_default = 0; ///< SIG_DFL
    static constexpr u64 ignored = 1;    ///< SIG_IGN

    bool is_handler() const { return handler > ignored; }
};
static_assert(sizeof(Action) == 32);

/// What a process does on each signal; shared by its threads, and by processes made with CLONE_SIGHAND. Under the
/// process lock.
class Actions final : public RefCounted {
public:
    Actions() {} // leaves `actions_` as it is: only what `set_` names counts

    Action get(Signal signal) const { return set_.contains(signal) ? at(signal) : Action{}; }
    void set(Signal signal, const Action& action);
    /// For fork.
    void copy_from(const Actions& other);
    /// execve(2): handlers are gone with their code; what was ignored still is.
    void reset_handlers();
    /// clone3(2) with CLONE_CLEAR_SIGHAND: the same.
    void clear_handlers() { reset_handlers(); }

    bool is_ignored(Signal signal) const
    {
        const u64 handler = get(signal).handler;
        return handler == Action::ignored ||
               (handler == Action::by_default && default_action(signal) == DefaultAction::ignore);
    }

private:
    const Action& at(Signal signal) const { return actions_[static_cast<unsigned>(signal) - 1]; }
    Action& at(Signal signal) { return actions_[static_cast<unsigned>(signal) - 1]; }

    SignalSet set_;
    union {
        Action actions_[signal_count];
    };
};

} // namespace kernel::signal
