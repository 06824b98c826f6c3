#include "vmm/machine/machine.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <unistd.h>

namespace vitrine {
namespace {

TEST(LinuxKernel, PrintsItsVersionAndCommandLineThroughItsPvhEntry)
{
    if (::access("/dev/kvm", R_OK | W_OK) != 0)
        GTEST_SKIP() << "needs /dev/kvm";
    if (!std::filesystem::exists(LINUX_KERNEL))
        GTEST_SKIP() << LINUX_KERNEL " is missing: run scripts/fetch-linux-kernel";
    const std::string command_line = "earlyprintk=serial,ttyS0,115200 console=ttyS0";
    MachineConfig config;
    config.kernel = LINUX_KERNEL;
    config.command_line = command_line;
    config.memory.size = Bytes{512 << 20};
    config.timeout = std::chrono::seconds{120};
    std::string console;
    Machine* running = nullptr;
    MachineIo io;
    io.console_observer = [&](std::string_view text) {
        console += text;
        if (console.find("BIOS-provided physical RAM map") != std::string::npos)
            running->stop();
    };

    Machine machine{config, io};
    running = &machine;
    const Outcome outcome = machine.run();

    EXPECT_NE(console.find("Linux version"), std::string::npos) << outcome.report;
    EXPECT_NE(console.find("Command line: " + command_line), std::string::npos) << console;
    EXPECT_EQ(outcome.ending, Ending::stopped) << outcome.reason;
}

} // namespace
} // namespace vitrine
