#include "vmm/qemu/qemu_command.hpp"

#include "abi/ports.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string_view>

namespace vitrine {
namespace {

/// QEMU has no BootInfo to say the kernel's mode in: the kernel's PVH entry takes it from the command line.
std::string command_line_of(const MachineConfig& config)
{
    const std::string_view mode = config.kernel_mode == KernelModeChoice::ring3   ? "kernel_mode=ring3 "
                                  : config.kernel_mode == KernelModeChoice::ring0 ? "kernel_mode=ring0 "
                                                                                  : "";
    return fmt::format("{}{}", mode, config.command_line);
}

bool is_plain(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || std::string_view{"-_./,=:+"}.contains(c);
}

std::string quoted(const std::string& word)
{
    if (!word.empty() && std::all_of(word.begin(), word.end(), is_plain))
        return word;
    std::string result = "'";
    for (const char c : word)
        result += c == '\'' ? "'\\''" : std::string(1, c);
    return result + "'";
}

} // namespace

std::vector<std::string> qemu_command(const MachineConfig& config, const std::filesystem::path& initramfs,
                                      const std::string& accelerator)
{
    // With KVM, QEMU's default model names a feature (arch-capabilities) that not every backend lets it set.
    std::vector<std::string> command = {"qemu-system-x86_64",
                                        "-machine",
                                        "microvm,pit=on,pic=on,rtc=on,isa-serial=on",
                                        "-accel",
                                        accelerator,
                                        "-cpu",
                                        accelerator == "kvm" ? "host,-arch-capabilities" : "max",
                                        "-smp",
                                        std::to_string(config.cpus),
                                        "-m",
                                        fmt::format("{}K", config.memory.size.value >> 10),
                                        "-nodefaults",
                                        "-no-user-config",
                                        "-no-reboot",
                                        "-display",
                                        "none",
                                        "-serial",
                                        "stdio",
                                        "-device",
                                        fmt::format("isa-debug-exit,iobase={:#x},iosize=4", abi::debug_exit_port),
                                        "-kernel",
                                        config.kernel.string()};
    if (const std::string line = command_line_of(config); !line.empty())
        command.insert(command.end(), {"-append", line});
    if (!initramfs.empty())
        command.insert(command.end(), {"-initrd", initramfs.string()});
    return command;
}

std::string shell_quoted(const std::vector<std::string>& words)
{
    std::string line;
    for (const std::string& word : words)
        line += (line.empty() ? "" : " ") + quoted(word);
    return line;
}

} // namespace vitrine
