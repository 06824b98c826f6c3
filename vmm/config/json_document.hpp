#pragma once

#include "vmm/config/diagnostic.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// Appends a reference token to a JSON pointer (RFC 6901 §3).
std::string append_pointer(std::string_view pointer, std::string_view key);
std::string append_pointer(std::string_view pointer, std::size_t index);

/// A JSON text that remembers where each of its keys and values was written, so that whoever finds fault with one can
/// point at it. Comments (// and /* */) are allowed; a key that appears twice, a NUL character and excessive size or
/// nesting are errors.
class JsonDocument {
public:
    static constexpr std::size_t max_text = 1 << 20; ///< bytes
    static constexpr std::size_t max_depth = 64;
    static constexpr std::size_t max_string = 4096; ///< bytes

    /// Throws ConfigError.
    explicit JsonDocument(SourceText source);

    const nlohmann::json& root() const { return root_; }

    /// Applies a `--set` argument, `key.path=value`: the value is JSON, or else a string. Missing objects on the way
    /// are made; an array's element is named by its index. Throws ConfigError.
    void set(std::string_view argument);

    /// Whether the value, or one it lies in, came from set().
    bool was_set(std::string_view pointer) const;

    /// A complaint about the value at `pointer`, or about the key that names it.
    Diagnostic about_value(std::string_view pointer, Complaint complaint) const;
    Diagnostic about_key(std::string_view pointer, Complaint complaint) const;

    /// Bytes of sources_[source].
    struct Range {
        std::size_t source = 0;
        std::size_t offset = 0;
        std::size_t length = 0;
    };
    struct Position {
        Range key; ///< empty for elements of arrays
        Range value;
    };
    using Positions = std::map<std::string, Position, std::less<>>;

private:
    const Position& find(std::string_view pointer) const;
    SourcePlace place(const Range& range) const;

    std::vector<SourceText> sources_; ///< the text first, then one a set()
    nlohmann::json root_;
    Positions positions_; ///< by JSON pointer; set values have one entry, for their root
};

} // namespace vitrine
