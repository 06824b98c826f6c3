#pragma once

#include "lib/types.hpp"

#include <string_view>

namespace kernel::irq {

/// How a line says that it wants something.
enum class Trigger : u8 {
    edge, ///< a moment, gone when it has been noticed; messages are such
    level ///< a state, until the device is content
};

/// Where an interrupt goes.
struct Target {
    unsigned cpu = 0;
    u8 vector = 0;
    bool operator==(const Target&) const = default;
};

/// The part of an interrupt controller that sends one kind of interrupt (Linux's irq_chip). `line` is the controller's
/// own number. Called with the interrupt's descriptor locked, so that calls for one line never meet.
class Chip {
public:
    /// As /proc/interrupts has it.
    virtual std::string_view name() const = 0;
    /// Keeps the line quiet, or lets it through. Interrupts on their way still arrive.
    virtual void mask(unsigned line) = 0;
    virtual void unmask(unsigned line) = 0;
    /// From now on the line's interrupts go there; the line stays masked or not as it is said here.
    virtual void route(unsigned line, Target target, Trigger trigger, bool masked) = 0;
    /// A level-triggered interrupt has been sent and not been ended: its vector must not be changed now.
    virtual bool in_service(unsigned) { return false; }
    /// The vector is one and the same on every CPU, and the interrupt is whichever CPU's it comes to.
    virtual bool is_per_cpu() const { return false; }

protected:
    ~Chip() = default;
};

} // namespace kernel::irq
