#pragma once

#include "vmm/cli/command.hpp"

namespace vitrine::cli {

/// Runs the action; an exception out of it is told on stderr, with what to do about it, and becomes status 125.
int report_errors_of(const Action& action);

} // namespace vitrine::cli
