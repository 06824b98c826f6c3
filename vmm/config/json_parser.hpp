#pragma once

#include "vmm/config/json_document.hpp"

namespace vitrine {

/// What parse_json gives: a value and where its parts are.
struct ParsedJson {
    nlohmann::json root;
    JsonDocument::Positions positions;
};

/// Parses source number 0 of a document. Throws ConfigError with the syntax error, or with all duplicate keys.
ParsedJson parse_json(const SourceText& source);

} // namespace vitrine
