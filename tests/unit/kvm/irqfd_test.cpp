#include "tests/unit/kvm/small_vm.hpp"
#include "vmm/kvm/event_fd.hpp"

#include <gtest/gtest.h>

namespace vitrine {
namespace {

constexpr std::uint16_t ready_port = 0x81;
constexpr std::uint16_t interrupt_port = 0x80;
constexpr std::uint16_t end_port = 0x82;

/// A guest that waits for interrupts of KVM's IOAPIC: it writes to ready_port when it begins to, in its handler to
/// interrupt_port, and to end_port once it has ended the interrupt.
class Irqfd : public SmallVm {
protected:
    static constexpr std::uint8_t pin = 17; ///< beyond the PIC's, which would raise an interrupt of its own

    void SetUp() override
    {
        SmallVm::SetUp();
        if (!IsSkipped())
            vm_->create_irqchip();
    }

    /// `entry`: the pin's redirection entry, for vector 0x40.
    Vcpu start_waiting(std::uint16_t entry)
    {
        // clang-format off
        put(GuestAddress{0x100}, {0x00, 0x11, 0x00, 0x00});             // vector 0x40, at 4 * 0x40: 0000:1100
        put(GuestAddress{0x1100}, {
            0xe6, interrupt_port,                                          // out
            0x66, 0xc7, 0x06, 0xb0, 0x00, 0, 0, 0, 0,                      // mov dword ptr [0xb0], 0: EOI
            0xe6, end_port,                                                // out
            0xcf});                                                        // iret
        Vcpu vcpu = start({
            0x66, 0xc7, 0x06, 0xf0, 0x00, 0xff, 0x01, 0, 0,                // mov dword ptr [0xf0], 0x1ff: APIC on
            0x26, 0x66, 0xc7, 0x06, 0x00, 0x00, 0x10 + 2 * pin, 0, 0, 0,   // mov dword ptr es:[0], the pin's register
            0x26, 0x66, 0xc7, 0x06, 0x10, 0x00, static_cast<std::uint8_t>(entry),
            static_cast<std::uint8_t>(entry >> 8), 0, 0,                   // mov dword ptr es:[0x10], entry
            0xe6, ready_port,                                              // out
            0xfb,                                                          // sti
            0xf4,                                                          // hlt
            0xeb, 0xfd});                                                  // jmp to it
        // clang-format on
        kvm_sregs sregs = vcpu.sregs();
        sregs.ds.base = 0xfee0'0000; // the local APIC
        sregs.es.base = 0xfec0'0000; // the IOAPIC
        vcpu.set_sregs(sregs);
        EXPECT_EQ(next_port(vcpu), ready_port);
        return vcpu;
    }

    /// Runs to the next write to a port.
    static int next_port(Vcpu& vcpu)
    {
        if (vcpu.run() != 0 || vcpu.shared().exit_reason != KVM_EXIT_IO)
            return -1;
        return vcpu.shared().io.port;
    }

    static constexpr std::uint16_t edge = 0x0040;
    static constexpr std::uint16_t level = 0x8040;
    EventFd event_;
};

TEST_F(Irqfd, InterruptsTheGuestOnceASignal)
{
    vm_->attach_irqfd(event_.get(), pin);
    Vcpu vcpu = start_waiting(edge);

    for (int i = 0; i < 3; ++i) {
        event_.signal();

        EXPECT_EQ(next_port(vcpu), interrupt_port);
        EXPECT_EQ(next_port(vcpu), end_port);
    }
}

TEST_F(Irqfd, TellsWhenTheGuestHasEndedALevelInterrupt)
{
    if (vm_->capability(KVM_CAP_IRQFD_RESAMPLE) == 0)
        GTEST_SKIP() << "this KVM does not resample";
    const EventFd ended;
    vm_->attach_irqfd(event_.get(), pin, ended.get());
    Vcpu vcpu = start_waiting(level);

    event_.signal();

    EXPECT_EQ(next_port(vcpu), interrupt_port);
    EXPECT_EQ(next_port(vcpu), end_port);
    EXPECT_EQ(ended.take(), 1U);
}

TEST_F(Irqfd, LeavesTheEventAloneOnceDetached)
{
    vm_->attach_irqfd(event_.get(), pin);
    vm_->detach_irqfd(event_.get(), pin);

    event_.signal();

    EXPECT_EQ(event_.take(), 1U);
}

} // namespace
} // namespace vitrine
