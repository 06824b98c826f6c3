#include "vmm/config/load_config.hpp"

#include "vmm/config/config_reader.hpp"
#include "vmm/config/schema.hpp"

#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>
#include <utility>

namespace vitrine {

SourceText read_source(const std::filesystem::path& file)
{
    const auto fail = [&](const char* doing) -> std::system_error {
        return {errno, std::generic_category(), std::string{doing} + file.string()};
    };
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> in{std::fopen(file.c_str(), "re"), &std::fclose};
    if (!in)
        throw fail("cannot open ");
    SourceText source{.name = file.string(), .text = {}};
    char buffer[16 << 10];
    while (const std::size_t got = std::fread(buffer, 1, sizeof buffer, in.get())) {
        source.text.append(buffer, got);
        if (source.text.size() > JsonDocument::max_text)
            break; // refused when it is parsed
    }
    if (std::ferror(in.get()) != 0)
        throw fail("cannot read ");
    return source;
}

MachineConfig load_config(const std::filesystem::path& file, const ConfigOptions& options)
{
    return parse_config(read_source(file), std::filesystem::absolute(file).parent_path(), options);
}

MachineConfig parse_config(SourceText source, const std::filesystem::path& folder, const ConfigOptions& options)
{
    JsonDocument document{std::move(source)};
    for (const std::string& override : options.overrides)
        document.set(override);
    Schema{machine_schema_text, machine_schema_rules}.check(document);
    return ConfigReader{document, folder, options}.read();
}

} // namespace vitrine
