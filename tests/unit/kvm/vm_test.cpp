#include "vmm/kvm/vm.hpp"

#include "tests/unit/kvm/small_vm.hpp"
#include "vmm/kvm/error.hpp"
#include "vmm/kvm/event_fd.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>

namespace vitrine {
namespace {

TEST_F(SmallVm, RunsToAPortWrite)
{
    Vcpu vcpu = start({0xb0, 0x41, // mov al, 'A'
                       0xe6, 0x80, // out 0x80, al
                       0xf4});     // hlt

    ASSERT_EQ(vcpu.run(), 0);
    ASSERT_EQ(vcpu.shared().exit_reason, KVM_EXIT_IO);
    EXPECT_EQ(vcpu.shared().io.port, 0x80);
    ASSERT_EQ(vcpu.io_data().size(), 1U);
    EXPECT_EQ(vcpu.io_data()[0], std::byte{'A'});

    ASSERT_EQ(vcpu.run(), 0);
    EXPECT_EQ(vcpu.shared().exit_reason, KVM_EXIT_HLT);
}

TEST_F(SmallVm, ReturnsAtOnceWhenAskedTo)
{
    Vcpu vcpu = start({0xeb, 0xfe}); // jmp to itself

    vcpu.request_exit();

    EXPECT_EQ(vcpu.run(), -EINTR);
}

TEST_F(SmallVm, SignalsAnEventfdWithoutAnExit)
{
    const EventFd event;
    const IoEvent doorbell{.space = IoEvent::Space::port, .address = 0x80, .size = 1, .value = {}};
    vm_->attach_ioeventfd(event.get(), doorbell);
    Vcpu vcpu = start({0xe6, 0x80, 0xf4}); // out 0x80, al; hlt

    ASSERT_EQ(vcpu.run(), 0);

    EXPECT_EQ(vcpu.shared().exit_reason, KVM_EXIT_HLT);
    EXPECT_EQ(event.take(), 1U);
    vm_->detach_ioeventfd(event.get(), doorbell);
}

TEST_F(SmallVm, ReadsTheCountersThatKvmKeeps)
{
    if (vm_->capability(KVM_CAP_BINARY_STATS_FD) == 0)
        GTEST_SKIP() << "this kernel has no KVM_GET_STATS_FD";
    Vcpu vcpu = start({0xe6, 0x80, 0xf4});
    ASSERT_EQ(vcpu.run(), 0);

    const auto stats = vcpu.stats().read();

    const auto exits = std::ranges::find(stats, "exits", &KvmStat::name);
    ASSERT_NE(exits, stats.end());
    EXPECT_GE(exits->value, 1U);
    EXPECT_FALSE(vm_->stats().read().empty());
}

TEST_F(SmallVm, NamesTheIoctlThatKvmRefuses)
{
    try {
        vm_->set_memory_slot(1, GuestAddress{123}, memory_.regions().front().host); // not page-aligned
        FAIL() << "KVM took it";
    } catch (const KvmError& error) {
        EXPECT_EQ(error.operation(), "KVM_SET_USER_MEMORY_REGION");
        EXPECT_EQ(error.code().value(), EINVAL);
    }
}

TEST_F(SmallVm, ReadsAndWritesMsrs)
{
    constexpr std::uint32_t ia32_lstar = 0xc000'0082;
    Vcpu vcpu = start({0xf4});
    kvm_msr_entry entry{};
    entry.index = ia32_lstar;
    entry.data = 0x1234'5678;

    EXPECT_EQ(vcpu.write_msrs(std::span{&entry, 1}), 1U);
    entry.data = 0;
    EXPECT_EQ(vcpu.read_msrs(std::span{&entry, 1}), 1U);

    EXPECT_EQ(entry.data, 0x1234'5678U);
}

TEST_F(SmallVm, OffersCpuidWithTheHypervisorsName)
{
    const auto leaves = kvm_->supported_cpuid();

    EXPECT_NE(std::ranges::find(leaves, 0x4000'0000U, &kvm_cpuid_entry2::function), leaves.end());
}

} // namespace
} // namespace vitrine
