#include "kernel/ipc/broken_pipe.hpp"

#include "kernel/proc/credentials.hpp"
#include "kernel/proc/process.hpp"
#include "kernel/signal/signal.hpp"

namespace kernel::ipc {

Errno broken_pipe()
{
    Task& task = Task::current();
    if (task.process != nullptr) {
        const auto info =
            signal::Info::from_sender(Signal::pipe, signal::by_user, task.process->pid(), credentials().uid);
        static_cast<void>(signal::send_to_thread(task, info));
    }
    return Errno::epipe;
}

} // namespace kernel::ipc
