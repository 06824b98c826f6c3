#pragma once

#include "vmm/config/json_document.hpp"
#include "vmm/config/load_config.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// Makes a MachineConfig of a document that matches the schema, and checks what a schema cannot say: quantities in
/// range, files that exist, event names, keys that need each other. Used once.
class ConfigReader {
public:
    ConfigReader(const JsonDocument& document, std::filesystem::path folder, const ConfigOptions& options);

    /// Throws ConfigError with all that is wrong.
    MachineConfig read();

private:
    using Json = nlohmann::json;

    void read_kernel();
    void read_flat();
    void read_initramfs();
    void read_initramfs_entry(const Json& entry, const std::string& pointer, std::vector<InitramfsEntry>& entries);
    void read_memory();
    void read_devices();
    void read_trace();
    void read_trace_events(const Json& events);
    void read_console();
    void read_time_limits();

    /// A quantity the schema found well-formed, which may yet be too large for its type.
    template <typename Quantity>
    Quantity quantity(const std::string& pointer, const Json& value,
                      std::optional<Quantity> (*parse)(std::string_view));
    GuestAddress address(const std::string& pointer, const Json& value);

    enum class FileKind { regular, file_or_folder };
    std::filesystem::path input_path(const std::string& pointer, const Json& value, FileKind kind);
    std::filesystem::path resolve(const std::string& pointer, const std::string& text) const;
    void complain(const std::string& pointer, Complaint complaint);

    const JsonDocument& document_;
    const Json& root_;
    std::filesystem::path folder_;
    const ConfigOptions& options_;
    MachineConfig config_;
    std::vector<Diagnostic> diagnostics_;
};

} // namespace vitrine
