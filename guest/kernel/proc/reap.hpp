#pragma once

#include "kernel/proc/process_table.hpp"

/// From the end of a process to the moment when nobody knows of it any more.
namespace kernel::proc {

/// Its last thread has left it: gives its memory back, gives its children to another parent, tells its own.
void end_process(Process& process);

/// Process lock held: a zombie has been waited for, or nobody will. The table's reference, to be dropped without lock.
Ref<Process> reap(ProcessTable& table, Process& zombie);

} // namespace kernel::proc
