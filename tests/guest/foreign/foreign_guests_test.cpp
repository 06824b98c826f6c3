#include "vmm/machine/machine.hpp"

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

namespace vitrine {
namespace {

/// A guest of this folder, run to its end.
class ForeignGuest : public testing::Test {
protected:
    void SetUp() override
    {
        if (::access("/dev/kvm", R_OK | W_OK) != 0)
            GTEST_SKIP() << "needs /dev/kvm";
        config.memory.size = Bytes{32 << 20};
        config.timeout = std::chrono::seconds{30};
    }

    void run(const char* image)
    {
        config.kernel = std::filesystem::path{FOREIGN_GUESTS} / image;
        MachineIo io;
        io.console_observer = [this](std::string_view text) { console += text; };
        Machine machine{config, io};
        outcome = machine.run();
    }

    /// A file for the guest, in the build folder.
    std::filesystem::path file(const std::string& content)
    {
        const auto* test = testing::UnitTest::GetInstance()->current_test_info();
        auto path = std::filesystem::path{FOREIGN_GUESTS} / (std::string{test->name()} + ".module");
        std::ofstream{path, std::ios::binary} << content;
        return path;
    }

    void make_flat(CpuMode mode, std::uint64_t address)
    {
        config.protocol = BootProtocol::flat;
        config.flat = {.address = {address}, .entry = {address}, .mode = mode};
    }

    MachineConfig config;
    std::string console;
    Outcome outcome;
};

TEST_F(ForeignGuest, RunsInRealMode)
{
    make_flat(CpuMode::real16, 0x7c00);

    run("real16.bin");

    EXPECT_EQ(console, "hello from real mode\n");
    EXPECT_EQ(outcome.status, 16) << outcome.report;
}

TEST_F(ForeignGuest, RunsInProtectedMode)
{
    make_flat(CpuMode::protected32, 0x1'0000);

    run("protected32.bin");

    EXPECT_EQ(console, "hello from protected mode\n");
    EXPECT_EQ(outcome.status, 32) << outcome.report;
}

TEST_F(ForeignGuest, RunsInLongMode)
{
    make_flat(CpuMode::long64, 0x1'0000);

    run("long64.bin");

    EXPECT_EQ(console, "hello from long mode\n");
    EXPECT_EQ(outcome.status, 64) << outcome.report;
}

TEST_F(ForeignGuest, TakesLevelInterruptsThroughTheIoapic)
{
    make_flat(CpuMode::long64, 0x1'0000);
    for (const IrqChip irqchip : {IrqChip::kernel, IrqChip::split}) {
        SCOPED_TRACE(irqchip == IrqChip::kernel ? "kernel" : "split");
        config.irqchip = irqchip;
        console.clear();

        run("interrupts.bin");

        EXPECT_EQ(console, "........\n");
        EXPECT_EQ(outcome.status, 0x30) << outcome.report;
    }
}

TEST_F(ForeignGuest, BootsByPvhWithACommandLineAndAModule)
{
    config.command_line = "root=none";
    config.initramfs = file("the module\n");

    run("pvh.elf");

    EXPECT_EQ(console, "pvh: root=none\nthe module\n");
    EXPECT_EQ(outcome.status, 18) << outcome.report;
}

TEST_F(ForeignGuest, BootsByMultibootWithACommandLineAndAModule)
{
    config.command_line = "one two";
    config.modules = {file("the module\n")};

    run("multiboot.elf");

    EXPECT_EQ(console, "multiboot.elf one two\nthe module\n");
    EXPECT_EQ(outcome.status, 11 << 1 | 1) << outcome.report;
}

/// What kvm-unit-tests' flat images ask of a machine: see smp.S.
TEST_F(ForeignGuest, StartsItsCpusAsTestKernelsDo)
{
    config.modules = {file(std::string{"NR_CPUS from here\n"} + '\0')};
    for (const IrqChip irqchip : {IrqChip::kernel, IrqChip::split}) {
        for (const unsigned cpus : {1U, 2U, 3U}) {
            for (const char* apic : {"xapic", "x2apic"}) {
                SCOPED_TRACE(fmt::format("{} CPUs, {}, irqchip {}", cpus, apic, static_cast<int>(irqchip)));
                config.irqchip = irqchip;
                config.cpus = cpus;
                config.command_line = apic;
                console.clear();

                run("smp.elf");

                EXPECT_EQ(console, fmt::format("NR_CPUS from here\nCPUs: {}\n", cpus));
                EXPECT_EQ(outcome.status, 0 << 1 | 1) << outcome.report;
            }
        }
    }
}

TEST_F(ForeignGuest, BootsByTheLinuxProtocolWithACommandLineAndAnInitrd)
{
    config.command_line = "quiet";
    config.initramfs = file("the initrd\n");

    run("bzimage");

    EXPECT_EQ(console, "bzImage: quiet\nthe initrd\n");
    EXPECT_EQ(outcome.status, 64) << outcome.report;
}

} // namespace
} // namespace vitrine
