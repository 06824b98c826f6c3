#pragma once

#include "kernel/debug/held_locks.hpp"
#include "lib/format.hpp"

#include <span>
#include <string_view>

/// For lockdep's own files.
namespace kernel::debug {

/// Whether anything is checked. Written when checks start, and by the first that reports.
bool checks_are_on();

/// The locks that the code that runs holds: the current task's, or, before there are tasks, the CPU's.
HeldLocks& held_locks();

/// Stops the checks and the other CPUs and prints from now on without locks. False: somebody else reports already.
bool begin_report(std::string_view title);

/// "name/pid" of the current task.
using HolderName = FormatBuffer<32>;
HolderName current_holder();
void log_holder(std::string_view before, std::string_view after);
void log_held_locks(const LockGraph& graph, const HeldLocks& held, std::string_view holder);
/// The current task's.
void log_held_locks(const HeldLocks& held);
/// Another's, as they were when it was seen.
void log_held_locks(const HeldLocks& held, std::string_view holder);
/// "Call trace:" and where each call returns to; zero behind the last.
void log_call_trace(std::span<const u64> trace);
/// What was found when `held`'s newest lock was taken.
void report(const LockGraph& graph, const LockFinding& finding, const HeldLocks& held);

} // namespace kernel::debug
