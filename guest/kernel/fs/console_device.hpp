#pragma once

#include "kernel/fs/device.hpp"
#include "kernel/fs/line_discipline.hpp"
#include "kernel/sched/wait_queue.hpp"

namespace kernel::fs {

/// /dev/console and /dev/tty: the kernel's console with a line discipline.
class ConsoleDevice final : public CharacterDevice {
public:
    /// Starts to listen to what is typed.
    void start();

    /// Sleeps until there is a line.
    Result<u64> read(u64 count, Sink& sink) override;
    Result<u64> write(u64 count, Source& source) override;
    Result<i64> control(u64 command, u64 argument) override;

private:
    void take_input();

    Locked<LineDiscipline, IrqSafe> lines_;
    WaitQueue readers_;
};

ConsoleDevice& console_device();

} // namespace kernel::fs
