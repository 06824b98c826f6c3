#pragma once

#include "lib/result.hpp"
#include "lib/types.hpp"

#include <cstddef>
#include <string_view>

namespace kernel::tty {

/// What a terminal is connected to: a serial line, or the other end of a pseudo-terminal (Linux's tty_operations). Task
/// context. The first three are called with the terminal locked, and must not sleep.
class Driver {
public:
    /// Sends as much as there is room for; how much.
    virtual std::size_t write(std::string_view bytes) = 0;
    /// How much that would be.
    virtual std::size_t write_room() const = 0;
    /// Drops what was written and has not gone out.
    virtual void discard_output() {}

    /// Bytes that were written and have not gone out.
    virtual u32 output_pending() const { return 0; }
    /// There is room again for input that the terminal did not take.
    virtual void input_wanted() {}

    /// A file of the terminal is opened, closed. EIO.
    virtual Result<void> open() { return {}; }
    virtual void close() {}

protected:
    ~Driver() = default;
};

} // namespace kernel::tty
