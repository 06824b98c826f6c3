#pragma once

#include <mutex>
#include <optional>
#include <pthread.h>

namespace vitrine {

/// The thread that runs a vCPU, as others need to reach it: by a signal whose only effect is that KVM_RUN returns.
class KickTarget {
public:
    /// On the vCPU's thread: from now on signals reach it, and it takes no other signal.
    void claim();
    /// On the vCPU's thread, before it ends.
    void disown();
    /// Any thread, at any time.
    void signal();

private:
    std::mutex mutex_;
    std::optional<pthread_t> thread_; ///< under mutex_, so that no signal goes to a thread that has ended
};

} // namespace vitrine
