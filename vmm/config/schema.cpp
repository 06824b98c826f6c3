#include "vmm/config/schema.hpp"

#include "vmm/config/schema_explainer.hpp"

#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

namespace vitrine {

class Schema::Rules {
public:
    explicit Rules(std::string_view text)
    {
        const auto parsed = nlohmann::json::parse(text);
        valijson::SchemaParser{}.populateSchema(valijson::adapters::NlohmannJsonAdapter{parsed}, schema_);
    }

    bool accept(const nlohmann::json& value) const
    {
        valijson::Validator validator;
        return validator.validate(schema_, valijson::adapters::NlohmannJsonAdapter{value}, nullptr);
    }

private:
    valijson::Schema schema_;
};

Schema::Schema(std::string_view text, std::string_view rules)
    : text_{text}, rules_{std::make_unique<const Rules>(rules)}
{}

Schema::~Schema() = default;

bool Schema::accepts(const nlohmann::json& value) const { return rules_->accept(value); }

void Schema::check(const JsonDocument& document) const
{
    if (accepts(document.root()))
        return;
    auto diagnostics = explain_schema_errors(nlohmann::json::parse(text_), document);
    if (diagnostics.empty()) // a rule that the explainer does not know
        diagnostics.push_back(document.about_value(
            {}, {.problem = "does not match the schema", .expected = {}, .found = {}, .hint = "see `vitrine schema`"}));
    throw ConfigError{std::move(diagnostics)};
}

} // namespace vitrine
