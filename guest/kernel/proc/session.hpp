#pragma once

#include "kernel/sched/task.hpp"
#include "lib/ref.hpp"

namespace kernel {

/// A session (setsid(2)): process groups that share a terminal. Held by its processes, under the process lock.
class Session final : public RefCounted {
public:
    explicit Session(Pid leader) : id{leader} {}

    const Pid id; ///< its leader's PID; 0 for the session that init begins in
    /// The controlling terminal: a tty::Terminal, or null. Under the process lock.
    Ref<RefCounted> terminal;
};

} // namespace kernel
