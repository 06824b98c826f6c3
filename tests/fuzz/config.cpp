#include "vmm/config/load_config.hpp"
#include "vmm/config/schema.hpp"
#include "vmm/config/schema_explainer.hpp"

#include <cstdint>
#include <cstdlib>

/// A config from its text to a MachineConfig; and valijson, which decides, and the explainer, which says why, agree.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace vitrine;
    static const Schema schema{machine_schema_text, machine_schema_rules};
    static const auto explained = nlohmann::json::parse(machine_schema_text);
    static const ConfigOptions options{.artifacts = "/", .working = "/", .overrides = {}, .files_must_exist = false};

    const SourceText source{.name = "fuzz.json", .text = {reinterpret_cast<const char*>(data), size}};
    try {
        const JsonDocument document{source};
        if (schema.accepts(document.root()) != explain_schema_errors(explained, document).empty())
            std::abort();
        (void)parse_config(source, "/", options);
    } catch (const ConfigError&) {
    }
    return 0;
}
