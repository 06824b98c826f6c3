#include "vmm/boot/cpio.hpp"
#include "vmm/cli/command.hpp"
#include "vmm/cli/config_arguments.hpp"
#include "vmm/qemu/qemu_command.hpp"

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <fmt/format.h>

#include <chrono>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

namespace vitrine::cli {
namespace {

constexpr const char* footer = R"text(The command is one line for a shell. QEMU's status is the guest's V as V << 1 | 1;
scripts/run-qemu runs the command and turns it back.

Example:
  eval "$(vitrine qemu configs/hello.json --initramfs /tmp/hello.cpio)")text";

struct QemuArguments {
    ConfigArguments config;
    std::filesystem::path initramfs;
    std::string accelerator = "tcg";
};

void write_file(const std::filesystem::path& path, const std::vector<std::byte>& content)
{
    std::ofstream file{path, std::ios::binary};
    file.exceptions(std::ios::failbit | std::ios::badbit);
    file.write(reinterpret_cast<const char*>(content.data()), static_cast<std::streamsize>(content.size()));
}

/// The cpio file to boot with: the config's own, or what it lists, packed into `output`.
std::filesystem::path initramfs_file(const Initramfs& initramfs, const std::filesystem::path& output)
{
    if (const auto* file = std::get_if<std::filesystem::path>(&initramfs))
        return *file;
    const auto* entries = std::get_if<std::vector<InitramfsEntry>>(&initramfs);
    if (entries == nullptr)
        return {};
    if (output.empty())
        throw std::runtime_error{"this config's initramfs has to be packed: say where to with --initramfs FILE"};
    write_file(output, pack_initramfs(*entries));
    return output;
}

int print_command(const QemuArguments& arguments)
{
    const MachineConfig config = arguments.config.load();
    const std::filesystem::path initramfs = initramfs_file(config.initramfs, arguments.initramfs);
    std::vector<std::string> command = qemu_command(config, initramfs, arguments.accelerator);
    if (config.timeout) {
        const std::chrono::duration<double> limit = *config.timeout;
        command.insert(command.begin(), {"timeout", "--foreground", fmt::format("{}", limit.count())});
    }
    fmt::print("{}\n", shell_quoted(command));
    return 0;
}

} // namespace

void add_qemu(CLI::App& app, Action& action)
{
    const auto arguments = std::make_shared<QemuArguments>();
    CLI::App& command = *app.add_subcommand("qemu", "Print the QEMU command that boots the same guest");
    arguments->config.add_config(command);
    arguments->config.add_options(command);
    command.add_option("--initramfs", arguments->initramfs, "Write the initramfs that the config lists to this file")
        ->type_name("FILE");
    command.add_option("--accel", arguments->accelerator, "QEMU's accelerator")
        ->check(CLI::IsMember({"tcg", "kvm"}))
        ->capture_default_str();
    command.footer(footer);
    command.callback([arguments, &action] { action = [arguments] { return print_command(*arguments); }; });
}

} // namespace vitrine::cli
