#pragma once

#include "kernel/sched/usage.hpp"
#include "kernel/syscall/types.hpp"

namespace kernel::syscall {

ResourceUsage to_resource_usage(const sched::Usage& usage);

} // namespace kernel::syscall
