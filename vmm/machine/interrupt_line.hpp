#pragma once

namespace vitrine {

/// One wire from a device to the interrupt controllers. Safe to use from any thread.
class InterruptLine {
public:
    virtual ~InterruptLine() = default;
    /// Level-triggered use: the device drives the line and lowers it when the cause is gone.
    virtual void set_level(bool high) = 0;
};

} // namespace vitrine
