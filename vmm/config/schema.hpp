#pragma once

#include "vmm/config/json_document.hpp"

#include <memory>
#include <string_view>

namespace vitrine {

/// A JSON Schema that documents are checked against, with valijson.
class Schema {
public:
    /// `text` is the schema as its file has it, for explanations; `rules` the same without titles, descriptions,
    /// defaults and examples, which is all that a check needs and parses in a quarter of the time. Both outlive the
    /// Schema.
    Schema(std::string_view text, std::string_view rules);
    ~Schema();
    Schema(const Schema&) = delete;
    Schema& operator=(const Schema&) = delete;

    bool accepts(const nlohmann::json& value) const;

    /// Throws ConfigError with everything that is wrong.
    void check(const JsonDocument& document) const;

private:
    class Rules;
    std::string_view text_;
    std::unique_ptr<const Rules> rules_;
};

/// configs/vitrine.schema.json as it was when vitrine was built.
extern const std::string_view machine_schema_text;
extern const std::string_view machine_schema_rules;

/// configs/vitrine-test.schema.json, likewise.
extern const std::string_view test_schema_text;
extern const std::string_view test_schema_rules;

} // namespace vitrine
