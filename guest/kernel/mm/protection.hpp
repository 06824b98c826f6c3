#pragma once

namespace kernel::mm {

/// What user code may do with its memory. None of the three: nothing, which makes a guard.
struct Protection {
    bool read = false;
    bool write = false;
    bool execute = false;

    constexpr bool operator==(const Protection&) const = default;
    /// x86 cannot map a page that can be written or executed but not read.
    constexpr bool any() const { return read || write || execute; }
};

} // namespace kernel::mm
