#pragma once

#include "kernel/proc/process.hpp"
#include "lib/result.hpp"

#include <string_view>

/// The steps by which execve(2) makes another program of the running process.
namespace kernel::proc {

/// Ends all other threads, and waits until they are gone; then the running one is the process's first. EAGAIN when
/// another thread is at it already, or the process is to end.
Result<void> become_only_thread();
/// Gives the process what it shares with others and the new program must not change for them. ENOMEM.
Result<void> unshare_for_exec();
/// The point of no return is behind: what the old program had set up is as it is for a new one.
void reset_for_exec(std::string_view name, Ref<StartStrings> strings);

} // namespace kernel::proc
