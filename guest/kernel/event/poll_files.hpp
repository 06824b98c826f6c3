#pragma once

#include "kernel/fs/file.hpp"
#include "kernel/time/clock.hpp"

#include <span>

/// Waiting for one of several files to be ready: what poll(2) and select(2) are made of.
namespace kernel::event {

struct PolledFile {
    Ref<fs::File> file; ///< none: skipped
    fs::PollEvents wanted;
    fs::PollEvents found;
};

/// Looks at all files, and sleeps until at least one has something, or until `deadline` (monotonic; 0: does not sleep).
/// How many have: 0 when the time is over. `already`: so many results that there are before. ERESTARTNOHAND for a
/// signal, ENOMEM.
Result<u32> poll_files(std::span<PolledFile> files, u64 deadline, u32 already = 0);

} // namespace kernel::event
