#pragma once

#include "kernel/irq/irq.hpp"
#include "kernel/irq/msi.hpp"
#include "kernel/test/crew.hpp"

namespace kernel::test {

/// A source of the machine's interrupt tester (abi/interrupt_tester.hpp): interrupts by a pin that it shares with a
/// neighbour, or by a message, when it is told to.
class InterruptSource final : public irq::MsiDevice {
public:
    /// False, and logged: the machine has no such device.
    static bool is_there();
    explicit InterruptSource(unsigned index);

    /// The pin's. Sources 2n and 2n + 1 have the same.
    unsigned gsi() const { return gsi_; }
    void set_level(bool high) const;
    bool level() const;
    void pulse(u32 times = 1) const;

    void send(u32 times = 1) const;
    void set_message(const arch::MsiMessage& message) override;
    void mask_message() override;
    void unmask_message() override;

private:
    volatile u32& at(u64 which) const { return registers_[which / sizeof(u32)]; }

    volatile u32* registers_;
    unsigned gsi_;
};

/// Keeps all CPUs from halting, for tests of level-triggered interrupts with an I/O APIC in the VMM: where KVM emulates
/// ring 0, it does not tell the VMM of an interrupt's end when the CPU halts soon afterwards, until it wakes up.
class AllAwake {
public:
    AllAwake() { crew_.start_on_all(stay_awake, &over_); }
    ~AllAwake() { over_.set(1); }
    AllAwake(const AllAwake&) = delete;
    AllAwake& operator=(const AllAwake&) = delete;

private:
    static void stay_awake(void* over)
    {
        while (static_cast<Counter*>(over)->get() == 0)
            sched::yield();
    }

    Counter over_;
    Crew crew_; ///< waited for before `over_` goes
};

/// Waits until `irq` comes to `cpu` by its only vector: a move has two halves.
void wait_until_settled(unsigned irq, unsigned cpu);

} // namespace kernel::test
