#pragma once

#include "lib/types.hpp"

namespace kernel {

/// Something to be done soon, in hard interrupt context, on this CPU: for who may do next to nothing himself, as an NMI
/// or somebody who holds any lock there is (Linux's irq_work). Its owner embeds it and keeps it alive while it is
/// pending or runs.
class IrqWork {
public:
    /// Interrupts masked; may queue the work anew.
    explicit constexpr IrqWork(void (*function)(IrqWork&)) : function_{function} {}
    IrqWork(const IrqWork&) = delete;
    IrqWork& operator=(const IrqWork&) = delete;

    /// Any context, NMIs too. False: it is pending already.
    bool queue();
    /// Waits until it is neither pending nor running. Not with interrupts masked on the CPU that queued it.
    void synchronize() const;

    /// This CPU has been sent arch::irq_work_vector.
    static void run_queued();

private:
    void push();

    static constexpr u32 pending = 1 << 0;
    static constexpr u32 busy = 1 << 1; ///< pending, or its function runs

    void (*function_)(IrqWork&);
    u32 flags_ = 0;
    IrqWork* next_ = nullptr; ///< in its CPU's queue
};

} // namespace kernel
