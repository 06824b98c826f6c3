#include "vmm/guest_test/machine_needs.hpp"

#include <gtest/gtest.h>

namespace vitrine::guest_test {
namespace {

const std::filesystem::path artifacts = "/artifacts";

TEST(MachineNeeds, AreMetByAnyMachineUnlessTheyAreSome)
{
    EXPECT_EQ(MachineNeeds{}.unmet_by(MachineConfig{}, artifacts), std::nullopt);
}

TEST(MachineNeeds, BoundTheCpus)
{
    MachineConfig machine;
    machine.cpus = 2;
    MachineNeeds needs;

    needs.cpus = {.min = 2, .max = 2};
    EXPECT_EQ(needs.unmet_by(machine, artifacts), std::nullopt);
    needs.cpus = {.min = 4};
    EXPECT_EQ(needs.unmet_by(machine, artifacts), "needs at least 4 CPUs, and has 2");
    needs.cpus = {.max = 1};
    EXPECT_EQ(needs.unmet_by(machine, artifacts), "needs at most 1 CPUs, and has 2");
}

TEST(MachineNeeds, NameIrqchipAndKernelMode)
{
    MachineConfig machine;
    MachineNeeds needs;

    needs.irqchip = IrqChip::split;
    EXPECT_EQ(needs.unmet_by(machine, artifacts), "needs irqchip split, and has kernel");
    machine.irqchip = IrqChip::split;
    needs.kernel_mode = KernelModeChoice::ring3;
    EXPECT_EQ(needs.unmet_by(machine, artifacts), "needs kernel_mode ring3, and has auto");
    machine.kernel_mode = KernelModeChoice::ring3;
    EXPECT_EQ(needs.unmet_by(machine, artifacts), std::nullopt);
}

TEST(MachineNeeds, KnowTheDebugKernel)
{
    MachineConfig machine;
    machine.kernel = artifacts / "kernel.elf";
    MachineNeeds needs;
    needs.debug_kernel = true;

    EXPECT_EQ(needs.unmet_by(machine, artifacts), "needs kernel-debug.elf, and has kernel.elf");
    machine.kernel = artifacts / debug_kernel_image;
    EXPECT_EQ(needs.unmet_by(machine, artifacts), std::nullopt);
}

} // namespace
} // namespace vitrine::guest_test
