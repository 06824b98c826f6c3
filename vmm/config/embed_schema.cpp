// Build tool: embed_schema NAME SCHEMA.json OUTPUT.cpp writes the two string constants of vmm/config/schema.hpp.
#include <nlohmann/json.hpp>

#include <cstdio>
#include <exception>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

namespace {

using nlohmann::json;

/// The schema without what only people read.
json rules_of(const json& schema)
{
    static const std::set<std::string> annotations{"$schema", "title", "description", "default", "examples"};
    if (!schema.is_object() && !schema.is_array())
        return schema;
    json rules = schema.is_array() ? json::array() : json::object();
    for (const auto& [key, value] : schema.items()) {
        if (schema.is_array()) {
            rules.push_back(rules_of(value));
        } else if (key == "properties") {
            rules[key] = json::object(); // its keys are names, not keywords
            for (const auto& [name, property] : value.items())
                rules[key][name] = rules_of(property);
        } else if (!annotations.contains(key)) {
            rules[key] = rules_of(value);
        }
    }
    return rules;
}

std::string constant(const std::string& name, const std::string& text)
{
    return "extern const std::string_view " + name + ";\nconst std::string_view " + name + " = R\"schema(" + text +
           ")schema\";\n";
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 4)
        return 2;
    try {
        const std::string name = argv[1];
        std::ifstream in{argv[2]};
        const std::string text{std::istreambuf_iterator<char>{in}, {}};
        std::ofstream out{argv[3]};
        out << "#include <string_view>\n\nnamespace vitrine {\n\n"
            << constant(name + "_schema_text", text) << '\n'
            << constant(name + "_schema_rules", rules_of(json::parse(text)).dump()) << "\n} // namespace vitrine\n";
        return out ? 0 : 1;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s: %s\n", argv[2], error.what());
        return 1;
    }
}
