#include "vmm/config/schema.hpp"

#include "tests/unit/config/config_folder.hpp"
#include "vmm/config/schema_explainer.hpp"

#include <functional>

namespace vitrine {
namespace {

using nlohmann::json;

const json& machine_schema()
{
    static const json schema = json::parse(machine_schema_text);
    return schema;
}

/// Calls `visit` with each schema of a property, and its name.
void each_property(const json& schema, const std::function<void(const std::string&, const json&)>& visit)
{
    if (const auto properties = schema.find("properties"); properties != schema.end()) {
        for (const auto& [name, property] : properties->items()) {
            visit(name, property);
            each_property(property, visit);
        }
    }
    for (const json& alternative : schema.value("anyOf", json::array()))
        each_property(alternative, visit);
    if (const auto items = schema.find("items"); items != schema.end())
        each_property(*items, visit);
}

TEST(MachineSchema, DocumentsEveryKey)
{
    each_property(machine_schema(), [](const std::string& name, const json& property) {
        for (const char* keyword : {"title", "description", "examples"})
            EXPECT_TRUE(property.contains(keyword)) << name << " has no " << keyword;
        EXPECT_TRUE(property.contains("default") || name == "$schema") << name << " has no default";
    });
}

TEST(MachineSchema, AcceptsItsOwnExamples)
{
    for (const auto& [key, property] : machine_schema()["properties"].items()) {
        for (const json& example : property["examples"]) {
            const JsonDocument document{{.name = key, .text = json{{key, example}}.dump()}};
            EXPECT_NO_THROW((Schema{machine_schema_text, machine_schema_rules}.check(document)));
        }
    }
}

TEST(MachineSchema, HasTheDefaultsOfMachineConfig)
{
    const json& properties = machine_schema()["properties"];
    const MachineConfig config;

    EXPECT_EQ(properties["cpus"]["default"], config.cpus);
    EXPECT_EQ(properties["memory"]["default"], "128M");
    EXPECT_EQ(config.memory.size, (Bytes{128 << 20}));
    EXPECT_EQ(properties["trace"]["properties"]["ring_size"]["default"], "256K");
    EXPECT_EQ(config.trace.ring_size, (Bytes{256 << 10}));
    EXPECT_EQ(properties["devices"]["properties"]["fw_cfg"]["default"], config.devices.fw_cfg);
    EXPECT_EQ(properties["devices"]["properties"]["interrupt_tester"]["default"], config.devices.interrupt_tester);
}

/// Values of every type, some of them right somewhere.
std::vector<json> values()
{
    return {nullptr,
            true,
            0,
            1,
            2,
            32,
            33,
            -1,
            1.0,
            2.5,
            1e300,
            18446744073709551615U,
            "",
            "128M",
            "ring",
            "kernel",
            "split",
            "stdio",
            "10s",
            "/init",
            "0x10",
            "x",
            std::string(3000, 'y'),
            json::array(),
            json::array({"a"}),
            json::array({1}),
            json::array({{{"from", "a"}, {"to", "/b"}}}),
            json::array({{{"from", "a"}}}),
            json::object(),
            {{"size", "1G"}},
            {{"file", "x"}},
            {{"file", ""}},
            {{"channel", "ring"}},
            {{"rtc", 1}},
            {{"mode", "long64"}},
            {{"address", 16}},
            {{"unknown", 1}}};
}

TEST(SchemaExplainer, FindsFaultExactlyWhereValijsonDoes)
{
    const Schema schema{machine_schema_text, machine_schema_rules};
    std::vector<std::string> keys{"unknown"};
    for (const auto& [key, property] : machine_schema()["properties"].items())
        keys.push_back(key);

    int accepted = 0, refused = 0;
    for (const std::string& key : keys) {
        for (const json& value : values()) {
            const JsonDocument document{{.name = "test", .text = json{{key, value}}.dump()}};
            const bool valid = schema.accepts(document.root());
            EXPECT_EQ(explain_schema_errors(machine_schema(), document).empty(), valid) << document.root();
            ++(valid ? accepted : refused);
        }
    }
    EXPECT_GT(accepted, 40);
    EXPECT_GT(refused, 400);
}

TEST(SchemaExplainer, DescribesWhatASchemaWants)
{
    const json& properties = machine_schema()["properties"];

    EXPECT_EQ(describe_schema(properties["cpus"]), "an integer from 1 to 32");
    EXPECT_EQ(describe_schema(properties["irqchip"]), R"("kernel", "split" or "none")");
    EXPECT_EQ(describe_schema(properties["timeout"]), R"(a string such as "10s" or "500ms")");
    EXPECT_EQ(describe_schema(properties["console"]), R"("stdio" or "none" or an object with "file")");
}

class ShippedConfig : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(ShippedConfig, IsGood)
{
    const ConfigOptions options{.artifacts = "/", .working = "/", .overrides = {}, .files_must_exist = false};

    EXPECT_NO_THROW(load_config(GetParam(), options));
}

std::vector<std::filesystem::path> shipped_configs()
{
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator{CONFIGS}) {
        if (entry.path().extension() == ".json" && entry.path().string().find(".schema.") == std::string::npos)
            files.push_back(entry.path());
    }
    return files;
}

INSTANTIATE_TEST_SUITE_P(EachOf, ShippedConfig, testing::ValuesIn(shipped_configs()),
                         [](const auto& test) { return test.param.stem().string(); });

} // namespace
} // namespace vitrine
