#include "vmm/observe/death_report.hpp"

#include "few_names.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vitrine {
namespace {

using testing::HasSubstr;
using testing::Not;

class DeathReport : public testing::Test {
protected:
    static CpuState dead_cpu()
    {
        Registers registers;
        registers.general.rip = 0x2010;
        registers.general.rax = 0xdead'beef;
        registers.general.rflags = 2;
        registers.special.cr0 = 1;
        registers.special.cr3 = 0x5000;
        registers.special.cs.selector = 0x10;
        registers.special.cs.db = 1;
        return {.id = 1, .activity = "", .registers = registers, .exits = {}};
    }

    std::string report_of(const CpuState& cpu) const
    {
        return death_report("triple fault", std::span{&cpu, 1},
                            {.memory = memory_, .symbols = symbols_, .names = names_, .nanoseconds_per_cycle = 1});
    }

    GuestMemory memory_{{.size = Bytes{1 << 20}}};
    SymbolTable symbols_{{{.address = 0x2000, .size = 0x100, .name = "kernel::panic()"}}};
    FewNames names_;
};

TEST_F(DeathReport, SaysWhyAndShowsTheRegisters)
{
    const std::string report = report_of(dead_cpu());

    EXPECT_THAT(report, HasSubstr("the guest died: triple fault"));
    EXPECT_THAT(report, HasSubstr("vCPU 1"));
    EXPECT_THAT(report, HasSubstr("rax 00000000deadbeef"));
    EXPECT_THAT(report, HasSubstr("cr3 5000"));
    EXPECT_THAT(report, HasSubstr("cs 0010"));
    EXPECT_THAT(report, HasSubstr("32-bit protected mode"));
}

TEST_F(DeathReport, NamesTheFunctionAndMarksTheInstruction)
{
    memory_.write(GuestAddress{0x200f}, std::array{std::byte{0x90}, std::byte{0x0f}, std::byte{0x0b}});

    const std::string report = report_of(dead_cpu());

    EXPECT_THAT(report, HasSubstr("rip 0x2010 (kernel::panic()+0x10)"));
    EXPECT_THAT(report, HasSubstr(" 90 <0f> 0b 00"));
}

TEST_F(DeathReport, SurvivesARipOutsideOfRam)
{
    CpuState cpu = dead_cpu();
    cpu.registers->general.rip = 0xffff'fff0;

    EXPECT_THAT(report_of(cpu), HasSubstr("code at rip: not mapped to RAM"));
}

TEST_F(DeathReport, ListsTheLastExits)
{
    CpuState cpu = dead_cpu();
    cpu.exits = {{.reason = ExitReason::io,
                  .is_write = true,
                  .size = 1,
                  .count = 3,
                  .address = 0x3f8,
                  .value = 0x41,
                  .rip = 0x2001,
                  .returned = 1000},
                 {.reason = ExitReason::mmio, .size = 4, .address = 0xfec0'0000, .returned = 1500},
                 {.reason = ExitReason::shutdown, .returned = 2000}};

    const std::string report = report_of(cpu);

    EXPECT_THAT(report, HasSubstr("last 3 exits"));
    EXPECT_THAT(report, HasSubstr("out 0x3f8 serial 1 byte x 3 = 0x41"));
    EXPECT_THAT(report, HasSubstr("1.00 us  io"));
    EXPECT_THAT(report, HasSubstr("read 0xfec00000 ioapic 4 bytes"));
    EXPECT_THAT(report, HasSubstr("shutdown"));
}

TEST_F(DeathReport, SaysWhenKvmResetTheCpuBeforeAnyoneCouldLook)
{
    CpuState cpu = dead_cpu();
    cpu.registers->general.rip = 0xfff0;
    cpu.registers->special.cs.base = 0xffff'0000;
    EXPECT_THAT(report_of(cpu), Not(HasSubstr("has reset")));

    cpu.exits = {{.reason = ExitReason::shutdown}};
    EXPECT_THAT(report_of(cpu), HasSubstr("has reset"));
}

TEST_F(DeathReport, ShowsACpuWithoutRegisters)
{
    const CpuState cpu{.id = 2, .activity = "never started", .registers = {}, .exits = {}};

    const std::string report = report_of(cpu);

    EXPECT_THAT(report, HasSubstr("vCPU 2: never started"));
    EXPECT_THAT(report, Not(HasSubstr("rax")));
}

} // namespace
} // namespace vitrine
