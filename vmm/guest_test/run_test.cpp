#include "vmm/guest_test/run_test.hpp"

#include "abi/kernel_mode.hpp"
#include "vmm/doctor/timing_guest.hpp"
#include "vmm/guest_test/judge.hpp"
#include "vmm/guest_test/qemu_guest.hpp"
#include "vmm/guest_test/test_console.hpp"
#include "vmm/kvm/error.hpp"
#include "vmm/machine/machine.hpp"

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <unistd.h>
#include <utility>
#include <vector>

namespace vitrine::guest_test {
namespace {

using namespace std::chrono_literals;

/// What a machine that does not end in time may take longer, before the process is ended.
constexpr auto grace = 15s;

/// V << 1 | 1 in an exit status of eight bits leaves seven of V.
constexpr std::uint8_t qemu_status_mask = 0x7f;

Result skipped(std::string reason) { return {.verdict = Verdict::skipped, .reason = std::move(reason), .log = {}}; }

bool is_own_kernel(const MachineConfig& config, const ConfigOptions& options)
{
    return config.kernel.parent_path() == options.artifacts;
}

/// The test's machine: its config, with its own overrides and those of every test.
MachineConfig load(const GuestTest& test, const RunOptions& general)
{
    ConfigOptions options = general.config;
    const Placeholders placeholders{general.seed};
    std::vector<std::string> own;
    std::transform(test.overrides.begin(), test.overrides.end(), std::back_inserter(own),
                   [&](const std::string& override) { return placeholders.expand(override); });
    options.overrides.insert(options.overrides.begin(), own.begin(), own.end());
    const std::filesystem::path folder = test.file.parent_path();
    MachineConfig config;
    if (const auto* path = std::get_if<std::filesystem::path>(&test.config))
        config = load_config(folder / *path, options);
    else
        config =
            parse_config({.name = test.file.string() + " (config)", .text = std::get<InlineConfig>(test.config).text},
                         folder, options);
    if (!config.timeout)
        config.timeout = test.timeout;
    const bool is_kernel_test = config.command_line.find("ktest") != std::string::npos;
    if ((test.asks_for_leaks || is_kernel_test) && is_own_kernel(config, options))
        config.command_line.insert(0, config.command_line.empty() ? "leakcheck" : "leakcheck ");
    if (!test.trace.empty() && config.trace.channel == TraceChannelChoice::off)
        config.trace.channel = TraceChannelChoice::ring;
    if (config.trace.channel != TraceChannelChoice::off && config.trace.output.empty())
        config.trace.output = general.trace;
    return config;
}

/// Why the test makes no sense on this machine. One that makes none on its own machine is wrong, and that is thrown.
std::optional<std::string> unmet_need(const GuestTest& test, const MachineConfig& config, const RunOptions& options)
{
    const MachineNeeds& needs = test.machine_needs;
    auto unmet = needs.unmet_by(config, options.config.artifacts);
    if (!unmet)
        return std::nullopt;
    RunOptions alone = options;
    alone.config.overrides.clear();
    if (const auto contradiction = needs.unmet_by(load(test, alone), options.config.artifacts))
        throw std::runtime_error{"the test contradicts itself: it " + *contradiction};
    return unmet;
}

/// The first of the needed files that is not there.
std::optional<std::string> missing_file(const GuestTest& test, const ConfigOptions& options)
{
    constexpr std::string_view variable = "${vitrine}/";
    for (const std::string& name : test.needs_files) {
        const auto path = name.starts_with(variable) ? options.artifacts / name.substr(variable.size())
                                                     : test.file.parent_path() / name;
        if (!std::filesystem::exists(path))
            return path.string();
    }
    return std::nullopt;
}

bool ring0_is_native(const Kvm& kvm)
{
    return doctor::run_timing_guest(kvm).cycles_per_instruction <= abi::slowest_native_cycles;
}

/// Runs the guest on a Machine. An error in building it is thrown.
Result run_on_kvm(const GuestTest& test, MachineConfig config)
{
    Machine* running = nullptr;
    TestConsole console{test.console, [&] {
                            if (test.stop_after_console)
                                running->stop();
                        }};
    Machine machine{std::move(config),
                    {.console_input = console.input(),
                     .console_output = -1,
                     .console_observer = [&](std::string_view text) { console.output(text); }}};
    if (!test.error.empty())
        return {.verdict = Verdict::failed, .reason = "the machine was built, and no error found", .log = {}};
    running = &machine;

    Observations seen;
    seen.outcome = machine.run();
    seen.exits = machine.exit_statistics();
    seen.trace = machine.trace_summary().counts;
    return judge(test, console.match(), seen);
}

Result run_on_qemu(const GuestTest& test, const MachineConfig& config)
{
    TestConsole console{test.console, {}};
    Observations seen;
    seen.outcome = run_qemu_guest(config, console);
    if (test.status && seen.outcome.ending == Ending::guest_exit &&
        (*test.status & qemu_status_mask) == seen.outcome.status)
        seen.outcome.status = *test.status;
    return judge(test, console.match(), seen);
}

Result run_without_kvm(const GuestTest& test, const MachineConfig& config, const ConfigOptions& options,
                       const std::string& why)
{
    if (!test.is_portable() || !is_own_kernel(config, options))
        return skipped("needs KVM: " + why);
    if (!qemu_is_installed())
        return skipped("needs KVM or QEMU: " + why);
    return run_on_qemu(test, config);
}

Result run(const GuestTest& general, const RunOptions& options)
{
    if (const auto file = missing_file(general, options.config))
        return skipped("needs " + *file);
    const MachineConfig config = load(general, options);
    if (const auto unmet = unmet_need(general, config, options))
        return skipped(*unmet);
    const GuestTest test = expanded(general, Placeholders{options.seed, config});
    std::optional<Kvm> kvm;
    try {
        kvm.emplace();
    } catch (const KvmError& error) {
        return run_without_kvm(test, config, options.config, error.code().message());
    }
    if (test.needs_native_ring0 && !ring0_is_native(*kvm))
        return skipped("needs native ring 0: this KVM emulates it");
    ::alarm(static_cast<unsigned>((std::chrono::ceil<std::chrono::seconds>(*config.timeout) + grace).count()));
    return run_on_kvm(test, config);
}

} // namespace

Result run_test(const GuestTest& test, const RunOptions& options)
{
    try {
        return run(test, options);
    } catch (const std::exception& error) {
        return judge_error(test, error.what());
    }
}

} // namespace vitrine::guest_test
