#include "vmm/config/schema_explainer.hpp"

#include "vmm/config/edit_distance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <regex>

namespace vitrine {
namespace {

using nlohmann::json;

bool has_type(const json& value, std::string_view type)
{
    if (type == "integer")
        return value.is_number_integer();
    if (type == "number")
        return value.is_number();
    return type == value.type_name();
}

std::size_t count_characters(const std::string& utf8)
{
    return static_cast<std::size_t>(
        std::count_if(utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

/// `a, b or c`, where `last` is " or ".
std::string join(const std::vector<std::string>& words, std::string_view last)
{
    std::string out;
    for (std::size_t i = 0; i < words.size(); ++i)
        out += fmt::format("{}{}", i == 0 ? "" : i + 1 == words.size() ? last : ", ", words[i]);
    return out;
}

std::string join_alternatives(const std::vector<std::string>& words) { return join(words, " or "); }

std::vector<std::string> dump_all(const json& values)
{
    std::vector<std::string> out;
    for (const json& value : values)
        out.push_back(value.dump());
    return out;
}

std::vector<std::string> keys_of(const json& object)
{
    std::vector<std::string> keys;
    for (const auto& [key, value] : object.items())
        keys.push_back(key);
    return keys;
}

/// A value as an error message shows it: on one line, and not too long.
std::string show(const json& value)
{
    constexpr std::size_t longest = 60;
    if (value.is_object() && !value.empty())
        return "an object";
    if (value.is_array() && !value.empty())
        return fmt::format("an array of {}", value.size());
    std::string text = value.dump(-1, ' ', true);
    if (text.size() > longest)
        text.replace(longest, std::string::npos, "...");
    return text;
}

std::string describe_string(const json& schema)
{
    if (const auto examples = schema.find("examples"); schema.contains("pattern") && examples != schema.end())
        return fmt::format("a string such as {}", join_alternatives(dump_all(*examples)));
    if (schema.value("minLength", 0) > 0)
        return "a string that is not empty";
    if (const auto limit = schema.find("maxLength"); limit != schema.end())
        return fmt::format("a string of at most {} characters", limit->dump());
    return "a string";
}

std::string describe_number(const json& schema, std::string_view noun)
{
    const auto minimum = schema.find("minimum"), maximum = schema.find("maximum");
    if (minimum != schema.end() && maximum != schema.end())
        return fmt::format("{} from {} to {}", noun, minimum->dump(), maximum->dump());
    if (minimum != schema.end())
        return fmt::format("{} of at least {}", noun, minimum->dump());
    return std::string{noun};
}

/// Walks schema and document together. One call a value: explain(schema, value, pointer).
class Explainer {
public:
    explicit Explainer(const JsonDocument& document) : document_{document} {}

    void explain(const json& schema, const json& value, const std::string& pointer)
    {
        if (const auto alternatives = schema.find("anyOf"); alternatives != schema.end())
            return explain_alternatives(schema, *alternatives, value, pointer);
        if (const auto type = schema.find("type"); type != schema.end() && !has_type(value, type->get<std::string>()))
            return complain("wrong type", schema, value, pointer);
        if (const auto allowed = schema.find("enum"); allowed != schema.end())
            explain_enum(*allowed, schema, value, pointer);
        if (value.is_string())
            explain_string(schema, value, pointer);
        else if (value.is_number())
            explain_number(schema, value, pointer);
        else if (value.is_array())
            explain_array(schema, value, pointer);
        else if (value.is_object())
            explain_object(schema, value, pointer);
    }

    std::vector<Diagnostic> take() { return std::move(diagnostics_); }

private:
    void complain(std::string problem, const json& schema, const json& value, const std::string& pointer,
                  std::string hint = {})
    {
        diagnostics_.push_back(document_.about_value(pointer, {.problem = std::move(problem),
                                                               .expected = describe_schema(schema),
                                                               .found = show(value),
                                                               .hint = std::move(hint)}));
    }

    /// The alternatives differ in type, so the value's type says which of them was meant.
    void explain_alternatives(const json& schema, const json& alternatives, const json& value,
                              const std::string& pointer)
    {
        const auto meant = std::find_if(alternatives.begin(), alternatives.end(), [&](const json& alternative) {
            return has_type(value, alternative.at("type").get<std::string>());
        });
        if (meant == alternatives.end())
            complain("wrong type", schema, value, pointer);
        else
            explain(*meant, value, pointer);
    }

    void explain_enum(const json& allowed, const json& schema, const json& value, const std::string& pointer)
    {
        if (std::find(allowed.begin(), allowed.end(), value) != allowed.end())
            return;
        std::string hint;
        if (value.is_string())
            hint = did_you_mean(value.get<std::string>(), allowed.get<std::vector<std::string>>());
        complain("not one of the choices", schema, value, pointer, std::move(hint));
    }

    void explain_string(const json& schema, const json& value, const std::string& pointer)
    {
        const std::string text = value.get<std::string>();
        const std::size_t length = count_characters(text);
        if (length < schema.value("minLength", std::size_t{0}))
            complain("too short", schema, value, pointer);
        if (length > schema.value("maxLength", std::string::npos))
            complain("too long", schema, fmt::format("{} characters", length), pointer);
        if (const auto pattern = schema.find("pattern");
            pattern != schema.end() && !std::regex_search(text, std::regex{pattern->get<std::string>()}))
            complain("malformed value", schema, value, pointer);
    }

    void explain_number(const json& schema, const json& value, const std::string& pointer)
    {
        const double number = value.get<double>();
        const auto minimum = schema.find("minimum"), maximum = schema.find("maximum");
        if ((minimum != schema.end() && number < minimum->get<double>()) ||
            (maximum != schema.end() && number > maximum->get<double>()))
            complain("out of range", schema, value, pointer);
    }

    void explain_array(const json& schema, const json& value, const std::string& pointer)
    {
        if (value.size() > schema.value("maxItems", std::string::npos))
            complain("too many elements", schema, value, pointer);
        if (value.size() < schema.value("minItems", std::size_t{0}))
            complain("too few elements", schema, value, pointer);
        if (const auto items = schema.find("items"); items != schema.end()) {
            for (std::size_t i = 0; i < value.size(); ++i)
                explain(*items, value[i], append_pointer(pointer, i));
        }
    }

    void explain_object(const json& schema, const json& value, const std::string& pointer)
    {
        static const json none = json::object();
        const auto found = schema.find("properties");
        const json& properties = found == schema.end() ? none : *found;
        for (const auto& [key, member] : value.items()) {
            if (const auto property = properties.find(key); property != properties.end())
                explain(*property, member, append_pointer(pointer, key));
            else
                explain_additional(schema, properties, key, member, pointer);
        }
        for (const json& required : schema.value("required", json::array())) {
            const std::string key = required.get<std::string>();
            if (!value.contains(key))
                diagnostics_.push_back(
                    document_.about_key(pointer, {.problem = fmt::format("the key \"{}\" is missing", key),
                                                  .expected = describe_schema(properties.value(key, none)),
                                                  .found = value.empty() ? "an empty object" : describe_keys(value),
                                                  .hint = {}}));
        }
    }

    void explain_additional(const json& schema, const json& properties, const std::string& key, const json& member,
                            const std::string& pointer)
    {
        const auto additional = schema.find("additionalProperties");
        if (additional == schema.end())
            return;
        const std::string at = append_pointer(pointer, key);
        if (additional->is_object())
            return explain(*additional, member, at);
        diagnostics_.push_back(document_.about_key(
            at, {.problem = "unknown key",
                 .expected = properties.empty() ? "no keys at all" : join_alternatives(dump_all(keys_of(properties))),
                 .found = json(key).dump(-1, ' ', true),
                 .hint = did_you_mean(key, keys_of(properties))}));
    }

    static std::string describe_keys(const json& object)
    {
        return fmt::format("only {}", join(dump_all(keys_of(object)), " and "));
    }

    const JsonDocument& document_;
    std::vector<Diagnostic> diagnostics_;
};

} // namespace

std::string describe_schema(const json& schema)
{
    if (const auto alternatives = schema.find("anyOf"); alternatives != schema.end()) {
        std::vector<std::string> all;
        for (const json& alternative : *alternatives)
            all.push_back(describe_schema(alternative));
        return join_alternatives(all);
    }
    if (const auto allowed = schema.find("enum"); allowed != schema.end())
        return join_alternatives(dump_all(*allowed));

    const std::string type = schema.value("type", "");
    if (type == "string")
        return describe_string(schema);
    if (type == "integer")
        return describe_number(schema, "an integer");
    if (type == "number")
        return describe_number(schema, "a number");
    if (type == "boolean")
        return "true or false";
    if (type == "array")
        return schema.contains("maxItems") ? fmt::format("an array of at most {}", schema["maxItems"].dump())
                                           : "an array";
    if (type == "object")
        return fmt::format("an object with {}",
                           join(dump_all(keys_of(schema.value("properties", json::object()))), " and "));
    return "anything";
}

std::vector<Diagnostic> explain_schema_errors(const json& schema, const JsonDocument& document)
{
    Explainer explainer{document};
    explainer.explain(schema, document.root(), {});
    return explainer.take();
}

} // namespace vitrine
