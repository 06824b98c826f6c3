#include "tests/unit/config/config_folder.hpp"

#include <system_error>

namespace vitrine {
namespace {

using namespace literals;
using namespace std::chrono_literals;

using LoadConfig = ConfigFolder;

TEST_F(LoadConfig, GivesDefaultsForAnEmptyObject)
{
    const MachineConfig config = parse("{}");

    EXPECT_EQ(config.kernel, folder() / "artifacts/kernel.elf");
    EXPECT_EQ(config.protocol, BootProtocol::detect);
    EXPECT_EQ(config.memory.size, 128_MiB);
    EXPECT_EQ(config.cpus, 1U);
    EXPECT_EQ(config.irqchip, IrqChip::kernel);
    EXPECT_EQ(config.console, ConsoleMode::stdio);
    EXPECT_EQ(config.trace.channel, TraceChannelChoice::off);
    EXPECT_EQ(config.timeout, std::nullopt);
    EXPECT_TRUE(std::holds_alternative<std::monostate>(config.initramfs));
}

TEST_F(LoadConfig, ReadsEveryKey)
{
    const MachineConfig config = parse(R"({
        "$schema": "./vitrine.schema.json",
        "kernel": "boot.bin",
        "protocol": "flat",
        "flat": { "address": "0x7c00", "entry": 31748, "mode": "protected32" },
        "cmdline": "a b",
        "modules": ["boot.bin", "${vitrine}/kernel.elf"],
        "initramfs": "boot.bin",
        "memory": { "size": "1G", "backing": "memfd", "huge_pages": true },
        "cpus": 32,
        "irqchip": "split",
        "kernel_mode": "ring0",
        "devices": { "serial": false, "debug_exit": false, "i8042": false, "rtc": false, "pit_speaker": false,
                     "fw_cfg": false, "interrupt_tester": true },
        "trace": { "channel": "exit", "events": ["sched", "page_fault"], "ring_size": "1M", "output": "a.vtrace" },
        "console": { "file": "console.log" },
        "timeout": "10s",
        "no_progress": "500ms"
    })");

    EXPECT_EQ(config.kernel, folder() / "boot.bin");
    EXPECT_EQ(config.protocol, BootProtocol::flat);
    EXPECT_EQ(config.flat.address, GuestAddress{0x7c00});
    EXPECT_EQ(config.flat.entry, GuestAddress{0x7c04});
    EXPECT_EQ(config.flat.mode, CpuMode::protected32);
    EXPECT_EQ(config.command_line, "a b");
    EXPECT_EQ(config.modules.at(1), folder() / "artifacts/kernel.elf");
    EXPECT_EQ(std::get<std::filesystem::path>(config.initramfs), folder() / "boot.bin");
    EXPECT_EQ(config.memory.size, 1_GiB);
    EXPECT_EQ(config.memory.backing, MemoryBacking::memfd);
    EXPECT_TRUE(config.memory.huge_pages);
    EXPECT_EQ(config.cpus, 32U);
    EXPECT_EQ(config.irqchip, IrqChip::split);
    EXPECT_EQ(config.kernel_mode, KernelModeChoice::ring0);
    EXPECT_FALSE(config.devices.serial || config.devices.debug_exit || config.devices.i8042 || config.devices.rtc ||
                 config.devices.pit_speaker || config.devices.fw_cfg);
    EXPECT_TRUE(config.devices.interrupt_tester);
    EXPECT_EQ(config.trace.channel, TraceChannelChoice::exit);
    EXPECT_EQ(config.trace.events, (std::vector<std::string>{"sched", "page_fault"}));
    EXPECT_EQ(config.trace.ring_size, 1_MiB);
    EXPECT_EQ(config.trace.output, folder() / "a.vtrace");
    EXPECT_EQ(config.console, ConsoleMode::file);
    EXPECT_EQ(config.console_file, folder() / "console.log");
    EXPECT_EQ(config.timeout, 10s);
    EXPECT_EQ(config.no_progress, 500ms);
}

TEST_F(LoadConfig, EntersAFlatImageAtItsStartUnlessToldOtherwise)
{
    const auto config = parse(R"({"kernel": "boot.bin", "protocol": "flat", "flat": {"address": "0x9000"}})");

    EXPECT_EQ(config.flat.entry, GuestAddress{0x9000});
}

TEST_F(LoadConfig, PlacesInitramfsEntriesAsCpWould)
{
    const auto config = parse(R"({"initramfs": [
        "boot.bin", "rootfs", {"from": "boot.bin", "to": "/bin/"}, {"from": "boot.bin", "to": "/init"},
        {"from": "rootfs", "to": "/usr/"}]})");

    const auto& entries = std::get<std::vector<InitramfsEntry>>(config.initramfs);
    ASSERT_EQ(entries.size(), 5U);
    EXPECT_EQ(entries[0].to, "/boot.bin");
    EXPECT_EQ(entries[1].to, "/");
    EXPECT_EQ(entries[2].to, "/bin/boot.bin");
    EXPECT_EQ(entries[3].to, "/init");
    EXPECT_EQ(entries[4].to, "/usr/");
}

TEST_F(LoadConfig, TracesToTheRingWhenTracingIsAskedForAtAll)
{
    EXPECT_EQ(parse(R"({"trace": {"output": "a"}})").trace.channel, TraceChannelChoice::ring);
    EXPECT_EQ(parse(R"({"trace": {"channel": "off"}})").trace.channel, TraceChannelChoice::off);
}

TEST_F(LoadConfig, AppliesOverridesBeforeItChecks)
{
    EXPECT_EQ(parse(R"({"cpus": 99})", {"cpus=2"}).cpus, 2U);
    EXPECT_THROW(parse("{}", {"cpus=99"}), ConfigError);
    EXPECT_THROW(parse("{}", {"cpsu=2"}), ConfigError);
}

TEST_F(LoadConfig, ResolvesOverriddenPathsAgainstTheWorkingFolder)
{
    EXPECT_EQ(parse(R"({"kernel": "nowhere"})", {"kernel=../boot.bin"}).kernel, folder() / "boot.bin");
    EXPECT_EQ(parse("{}", {"trace.output=a"}).trace.output, folder() / "rootfs/a");
}

TEST_F(LoadConfig, ResolvesPathsAgainstTheFileItRead)
{
    std::ofstream{folder() / "vm.json"} << R"({"kernel": "boot.bin"})";

    EXPECT_EQ(load_config(folder() / "vm.json", options()).kernel, folder() / "boot.bin");
}

TEST_F(LoadConfig, ShowsOnlyTheNeighbourhoodOfAnErrorInALongLine)
{
    const std::string spaces(100'000, ' ');
    const std::string value(100'000, 'x');
    try {
        parse("{" + spaces + R"("irqchip": ")" + value + R"(", "cpus": 1)" + spaces + "}");
        FAIL() << "accepted";
    } catch (const ConfigError& error) {
        const std::string text = error.what();
        EXPECT_LT(text.size(), 2000U);
        EXPECT_NE(text.find("1:100013: error: /irqchip"), std::string::npos) << text;
        EXPECT_NE(text.find(R"("irqchip": "xxx)"), std::string::npos) << text;
    }
}

TEST_F(LoadConfig, ReportsAFileThatCannotBeRead)
{
    EXPECT_THROW(load_config(folder() / "none.json", options()), std::system_error);
    EXPECT_THROW(load_config(folder() / "rootfs", options()), std::system_error);
}

} // namespace
} // namespace vitrine
