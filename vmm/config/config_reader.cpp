#include "vmm/config/config_reader.hpp"

#include "vmm/config/edit_distance.hpp"
#include "vmm/config/quantity.hpp"
#include "vmm/config/trace_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <system_error>
#include <utility>

namespace vitrine {
namespace {

using namespace literals;

constexpr Bytes smallest_memory = 1_MiB;
constexpr Bytes largest_memory = 1024_GiB;
constexpr Bytes smallest_ring = 4_KiB;
constexpr Bytes largest_ring = 64_MiB;

constexpr std::pair<std::string_view, BootProtocol> protocols[] = {
    {"detect", BootProtocol::detect},   {"vitrine", BootProtocol::vitrine},     {"pvh", BootProtocol::pvh},
    {"linux64", BootProtocol::linux64}, {"multiboot", BootProtocol::multiboot}, {"flat", BootProtocol::flat},
};
constexpr std::pair<std::string_view, CpuMode> cpu_modes[] = {
    {"real16", CpuMode::real16}, {"protected32", CpuMode::protected32}, {"long64", CpuMode::long64}};
constexpr std::pair<std::string_view, IrqChip> irqchips[] = {
    {"kernel", IrqChip::kernel}, {"split", IrqChip::split}, {"none", IrqChip::none}};
constexpr std::pair<std::string_view, KernelModeChoice> kernel_modes[] = {
    {"auto", KernelModeChoice::automatic}, {"ring0", KernelModeChoice::ring0}, {"ring3", KernelModeChoice::ring3}};
constexpr std::pair<std::string_view, MemoryBacking> backings[] = {{"anonymous", MemoryBacking::anonymous},
                                                                   {"memfd", MemoryBacking::memfd}};
constexpr std::pair<std::string_view, TraceChannelChoice> channels[] = {
    {"off", TraceChannelChoice::off}, {"exit", TraceChannelChoice::exit}, {"ring", TraceChannelChoice::ring}};

/// Sets `out` to what a member names, if the member is there. The schema's enum admits only what the table has.
template <typename Enum, std::size_t count>
void read_choice(const nlohmann::json& object, const char* key, const std::pair<std::string_view, Enum> (&table)[count],
                 Enum& out)
{
    const auto member = object.find(key);
    if (member == object.end())
        return;
    for (const auto& [name, value] : table) {
        if (member->get_ref<const std::string&>() == name)
            out = value;
    }
}

void read_flag(const nlohmann::json& object, const char* key, bool& out) { out = object.value(key, out); }

} // namespace

ConfigReader::ConfigReader(const JsonDocument& document, std::filesystem::path folder, const ConfigOptions& options)
    : document_{document}, root_{document.root()}, folder_{std::move(folder)}, options_{options}
{}

MachineConfig ConfigReader::read()
{
    read_kernel();
    read_flat();
    read_initramfs();
    read_memory();
    read_devices();
    read_trace();
    read_console();
    read_time_limits();
    if (!diagnostics_.empty())
        throw ConfigError{std::move(diagnostics_)};
    return std::move(config_);
}

void ConfigReader::read_kernel()
{
    const auto kernel = root_.find("kernel");
    config_.kernel =
        input_path("/kernel", kernel == root_.end() ? Json("${vitrine}/kernel.elf") : *kernel, FileKind::regular);
    config_.command_line = root_.value("cmdline", "");
    config_.cpus = root_.value("cpus", config_.cpus);
    read_choice(root_, "protocol", protocols, config_.protocol);
    read_choice(root_, "irqchip", irqchips, config_.irqchip);
    read_choice(root_, "kernel_mode", kernel_modes, config_.kernel_mode);

    if (config_.irqchip == IrqChip::none && config_.cpus > 1)
        complain("/cpus", {.problem = "more than one CPU without interrupt controllers",
                           .expected = R"(1, or "irqchip": "kernel" or "split")",
                           .found = fmt::format("{}", config_.cpus),
                           .hint = {}});

    const Json modules = root_.value("modules", Json::array());
    for (std::size_t i = 0; i < modules.size(); ++i)
        config_.modules.push_back(input_path(append_pointer("/modules", i), modules[i], FileKind::regular));
}

void ConfigReader::read_flat()
{
    const auto flat = root_.find("flat");
    if (flat == root_.end())
        return;
    if (config_.protocol != BootProtocol::flat) {
        diagnostics_.push_back(document_.about_key(
            "/flat", {.problem = "not a flat image",
                      .expected = R"("protocol": "flat" beside it)",
                      .found = root_.contains("protocol") ? root_["protocol"].dump() : "no \"protocol\"",
                      .hint = {}}));
        return;
    }
    if (const auto load = flat->find("address"); load != flat->end())
        config_.flat.address = address("/flat/address", *load);
    const auto entry = flat->find("entry");
    config_.flat.entry = entry == flat->end() ? config_.flat.address : address("/flat/entry", *entry);
    read_choice(*flat, "mode", cpu_modes, config_.flat.mode);
}

void ConfigReader::read_initramfs()
{
    const auto initramfs = root_.find("initramfs");
    if (initramfs == root_.end())
        return;
    if (initramfs->is_string()) {
        config_.initramfs = input_path("/initramfs", *initramfs, FileKind::regular);
        return;
    }
    std::vector<InitramfsEntry> entries;
    for (std::size_t i = 0; i < initramfs->size(); ++i)
        read_initramfs_entry((*initramfs)[i], append_pointer("/initramfs", i), entries);
    if (!entries.empty())
        config_.initramfs = std::move(entries);
}

void ConfigReader::read_initramfs_entry(const Json& entry, const std::string& pointer,
                                        std::vector<InitramfsEntry>& entries)
{
    const bool alone = entry.is_string();
    const auto from = alone ? input_path(pointer, entry, FileKind::file_or_folder)
                            : input_path(pointer + "/from", entry["from"], FileKind::file_or_folder);
    std::string to = alone ? "/" : entry["to"].get<std::string>();
    std::error_code unreadable; // a missing file has been complained of
    const bool is_folder = std::filesystem::is_directory(from, unreadable);
    if (to.ends_with('/') && !is_folder)
        to += from.filename().string();
    entries.push_back({.from = from, .to = std::move(to)});
}

void ConfigReader::read_memory()
{
    const auto memory = root_.find("memory");
    if (memory == root_.end())
        return;
    const bool plain = memory->is_string();
    const std::string pointer = plain ? "/memory" : "/memory/size";
    if (plain || memory->contains("size"))
        config_.memory.size = quantity(pointer, plain ? *memory : (*memory)["size"], parse_size);
    const Bytes size = config_.memory.size;
    if (size < smallest_memory || size > largest_memory || size.value % page_size.value != 0)
        complain(pointer, {.problem = "unusable memory size",
                           .expected = "a multiple of 4K from 1M to 1024G",
                           .found = fmt::format("{} bytes", size.value),
                           .hint = size < smallest_memory ? "the units are K, M, G and T, as in \"128M\"" : ""});
    if (!plain) {
        read_choice(*memory, "backing", backings, config_.memory.backing);
        read_flag(*memory, "huge_pages", config_.memory.huge_pages);
    }
}

void ConfigReader::read_devices()
{
    const auto devices = root_.find("devices");
    if (devices == root_.end())
        return;
    read_flag(*devices, "serial", config_.devices.serial);
    read_flag(*devices, "debug_exit", config_.devices.debug_exit);
    read_flag(*devices, "i8042", config_.devices.i8042);
    read_flag(*devices, "rtc", config_.devices.rtc);
    read_flag(*devices, "pit_speaker", config_.devices.pit_speaker);
    read_flag(*devices, "fw_cfg", config_.devices.fw_cfg);
    read_flag(*devices, "interrupt_tester", config_.devices.interrupt_tester);
}

void ConfigReader::read_trace()
{
    const auto trace = root_.find("trace");
    if (trace == root_.end())
        return;
    config_.trace.channel = TraceChannelChoice::ring;
    read_choice(*trace, "channel", channels, config_.trace.channel);
    read_trace_events(trace->value("events", Json::array()));
    if (const auto output = trace->find("output"); output != trace->end())
        config_.trace.output = resolve("/trace/output", output->get<std::string>());
    if (const auto size = trace->find("ring_size"); size != trace->end()) {
        const Bytes bytes = quantity("/trace/ring_size", *size, parse_size);
        if (bytes < smallest_ring || bytes > largest_ring || !std::has_single_bit(bytes.value))
            complain("/trace/ring_size", {.problem = "unusable ring size",
                                          .expected = "a power of two from 4K to 64M",
                                          .found = fmt::format("{} bytes", bytes.value),
                                          .hint = {}});
        config_.trace.ring_size = bytes;
    }
}

void ConfigReader::read_trace_events(const Json& events)
{
    const auto known = trace_names();
    for (std::size_t i = 0; i < events.size(); ++i) {
        const auto& name = events[i].get_ref<const std::string&>();
        if (std::find(known.begin(), known.end(), name) == known.end())
            complain(append_pointer("/trace/events", i), {.problem = "unknown event",
                                                          .expected = "the name of a trace event or subsystem",
                                                          .found = events[i].dump(-1, ' ', true),
                                                          .hint = did_you_mean(name, known)});
        config_.trace.events.push_back(name);
    }
}

void ConfigReader::read_console()
{
    const auto console = root_.find("console");
    if (console == root_.end())
        return;
    if (console->is_object()) {
        config_.console = ConsoleMode::file;
        config_.console_file = resolve("/console/file", (*console)["file"].get<std::string>());
    } else {
        config_.console = *console == "none" ? ConsoleMode::none : ConsoleMode::stdio;
    }
}

void ConfigReader::read_time_limits()
{
    const auto read = [&](const char* key, std::optional<std::chrono::nanoseconds>& out) {
        const auto limit = root_.find(key);
        if (limit == root_.end())
            return;
        const std::string pointer = append_pointer("", std::string_view{key});
        out = quantity(pointer, *limit, parse_duration);
        if (out->count() == 0)
            complain(pointer,
                     {.problem = "no time at all", .expected = "a time over 0", .found = limit->dump(), .hint = {}});
    };
    read("timeout", config_.timeout);
    read("no_progress", config_.no_progress);
}

template <typename Quantity>
Quantity ConfigReader::quantity(const std::string& pointer, const Json& value,
                                std::optional<Quantity> (*parse)(std::string_view))
{
    const auto parsed = parse(value.get_ref<const std::string&>());
    if (!parsed)
        complain(pointer, {.problem = "number too large", .expected = {}, .found = value.dump(), .hint = {}});
    // The complaint ends the reading; 1M passes every later check, so that there is only one.
    return parsed.value_or(Quantity{1 << 20});
}

GuestAddress ConfigReader::address(const std::string& pointer, const Json& value)
{
    return value.is_number() ? GuestAddress{value.get<std::uint64_t>()} : quantity(pointer, value, parse_address);
}

std::filesystem::path ConfigReader::resolve(const std::string& pointer, const std::string& text) const
{
    constexpr std::string_view variable = "${vitrine}";
    if (text.starts_with(variable))
        return (options_.artifacts / std::filesystem::path{text.substr(variable.size())}.relative_path())
            .lexically_normal();
    const auto& base = document_.was_set(pointer) ? options_.working : folder_;
    return (base / text).lexically_normal();
}

std::filesystem::path ConfigReader::input_path(const std::string& pointer, const Json& value, FileKind kind)
{
    const auto& text = value.get_ref<const std::string&>();
    auto path = resolve(pointer, text);
    if (!options_.files_must_exist)
        return path;

    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    if (!std::filesystem::exists(status))
        complain(
            pointer,
            {.problem = "no such file",
             .expected = {},
             .found = path.string(),
             .hint = text.starts_with("${vitrine}") ? "build the guest, or say where it is with --artifacts" : ""});
    else if (kind == FileKind::regular && std::filesystem::is_directory(status))
        complain(pointer,
                 {.problem = "not a file", .expected = "a file", .found = path.string() + ", a folder", .hint = {}});
    return path;
}

void ConfigReader::complain(const std::string& pointer, Complaint complaint)
{
    diagnostics_.push_back(document_.about_value(pointer, std::move(complaint)));
}

} // namespace vitrine
