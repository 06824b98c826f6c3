#include "bench/contenders.hpp"

#include <stdexcept>

namespace bench {
namespace {

std::string program(const std::string& name) { return BENCH_PROGRAMS "/" + name; }

std::string project_config(const std::string& name) { return PROJECT_CONFIGS "/" + name; }

std::string guest_image(const std::string& name) { return BENCH_GUESTS "/" + name; }

} // namespace

Contender bare_loop(const std::string& guest, bool irqchip)
{
    Contender contender{.name = irqchip ? "bare loop, irqchip in KVM" : "bare loop, no irqchip",
                        .command = {program("bare_loop"), guest_image(guest), std::to_string(guest_ram >> 20)}};
    if (irqchip)
        contender.command.emplace_back("irqchip");
    return contender;
}

Contender vitrine(const std::string& guest, const std::string& irqchip)
{
    return {.name = "vitrine, irqchip " + irqchip,
            .command = {program("vitrine"), "run", "--stats", "none", "--set", "irqchip=" + irqchip,
                        BENCH_CONFIGS "/" + guest + ".json"}};
}

Contender qemu(const std::string& guest, const std::string& accelerator)
{
    const bool kvm = accelerator == "kvm";
    return {.name = "QEMU microvm, " + accelerator,
            .command = {"/usr/bin/qemu-system-x86_64",
                        "-M",
                        "microvm",
                        "-accel",
                        accelerator,
                        "-cpu",
                        kvm ? "host,-arch-capabilities" : "max",
                        "-m",
                        std::to_string(guest_ram >> 20),
                        "-nodefaults",
                        "-no-user-config",
                        "-display",
                        "none",
                        "-serial",
                        "stdio",
                        "-no-reboot",
                        "-device",
                        "isa-debug-exit,iobase=0xf4",
                        "-kernel",
                        guest_image(guest)}};
}

Contender vitrine_hello()
{
    return {.name = "vitrine", .command = {program("vitrine"), "run", "--stats", "none", project_config("hello.json")}};
}

Contender qemu_hello(const std::string& accelerator, const std::string& scratch)
{
    const Run asked = run({.name = "vitrine qemu",
                           .command = {program("vitrine"), "qemu", project_config("hello.json"), "--accel", accelerator,
                                       "--initramfs", scratch}},
                          {});
    if (asked.status != 0)
        throw std::runtime_error{"vitrine qemu does not know how to boot configs/hello.json"};
    return {.name = "QEMU microvm, " + accelerator, .command = {"/bin/sh", "-c", "exec " + asked.console}};
}

} // namespace bench
