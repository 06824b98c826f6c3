#pragma once

#include "vmm/config/json_document.hpp"

#include <vector>

namespace vitrine {

/// Says in words, and at the right place, why a document does not match a schema: all reasons, none if it matches.
/// Knows the keywords type, enum, pattern, minLength, maxLength, minimum, maximum, maxItems, minItems, items,
/// properties, required, additionalProperties (false, or a schema) and anyOf; alternatives of an anyOf differ in type.
std::vector<Diagnostic> explain_schema_errors(const nlohmann::json& schema, const JsonDocument& document);

/// What a schema wants, for a person: `an integer from 1 to 32`.
std::string describe_schema(const nlohmann::json& schema);

} // namespace vitrine
