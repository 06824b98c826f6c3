#pragma once

#include "tests/unit/require_kvm.hpp"
#include "vmm/kvm/kvm.hpp"
#include "vmm/kvm/vcpu.hpp"
#include "vmm/kvm/vm.hpp"
#include "vmm/machine/guest_memory.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace vitrine {

/// A VM with 64 KiB of RAM that runs a few instructions in real mode. Without KVM its tests are skipped: a SetUp of
/// their own looks at IsSkipped().
class SmallVm : public testing::Test {
protected:
    static constexpr GuestAddress code_address{0x1000};

    void SetUp() override
    {
        REQUIRE_KVM();
        kvm_.emplace();
        vm_.emplace(*kvm_);
        vm_->set_memory_slot(0, GuestAddress{0}, memory_.regions().front().host);
    }

    /// Its first vCPU, about to run the code, which lies at code_address.
    Vcpu start(const std::vector<std::uint8_t>& code)
    {
        put(code_address, code);
        Vcpu vcpu = vm_->create_vcpu(0);
        kvm_sregs sregs = vcpu.sregs();
        sregs.cs.base = 0;
        sregs.cs.selector = 0;
        vcpu.set_sregs(sregs);
        kvm_regs regs{};
        regs.rip = code_address.value;
        regs.rflags = 2;
        vcpu.set_regs(regs);
        return vcpu;
    }

    void put(GuestAddress address, const std::vector<std::uint8_t>& bytes)
    {
        memory_.write(address, std::as_bytes(std::span{bytes}));
    }

    GuestMemory memory_{{.size = Bytes{64 << 10}}};
    std::optional<Kvm> kvm_;
    std::optional<Vm> vm_;
};

} // namespace vitrine
