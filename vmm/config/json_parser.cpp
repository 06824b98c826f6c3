#include "vmm/config/json_parser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

namespace vitrine {
namespace {

using nlohmann::json;

/// Follows the parser through the text it reads, token by token: nlohmann's events carry no positions. The text up to
/// the current token has passed the parser, so this need only know where tokens begin and end.
class TokenCursor {
public:
    explicit TokenCursor(std::string_view text) : text_{text}
    {
        if (text_.starts_with("\xef\xbb\xbf"))
            next_ = 3;
    }

    /// The next token, punctuation between tokens skipped.
    JsonDocument::Range take()
    {
        skip_separators();
        const std::size_t begin = next_;
        next_ = end_of_token(begin);
        return {.source = 0, .offset = begin, .length = next_ - begin};
    }

private:
    void skip_separators()
    {
        while (next_ < text_.size()) {
            const std::string_view rest = text_.substr(next_);
            if (rest.starts_with("//"))
                next_ = end_after("\n");
            else if (rest.starts_with("/*"))
                next_ = end_after("*/");
            else if (std::string_view{" \t\r\n,:"}.find(rest.front()) != std::string_view::npos)
                ++next_;
            else
                return;
        }
    }

    std::size_t end_after(std::string_view mark) const
    {
        const std::size_t at = text_.find(mark, next_ + 2);
        return at == std::string_view::npos ? text_.size() : at + mark.size();
    }

    std::size_t end_of_token(std::size_t begin) const
    {
        if (begin >= text_.size())
            return text_.size();
        if (text_[begin] == '"')
            return end_of_string(begin + 1);
        if (std::string_view{"{}[]"}.find(text_[begin]) != std::string_view::npos)
            return begin + 1;
        return std::min(text_.find_first_of(" \t\r\n,:{}[]/\"", begin + 1), text_.size());
    }

    std::size_t end_of_string(std::size_t at) const
    {
        for (; at < text_.size() && text_[at] != '"'; ++at) {
            if (text_[at] == '\\')
                ++at;
        }
        return std::min(at + 1, text_.size());
    }

    std::string_view text_;
    std::size_t next_ = 0;
};

/// nlohmann's words for a syntax error, taken apart: "... - unexpected '}'; expected string literal" or
/// "... - invalid literal; last read: 'x'; expected end of input".
Complaint explain_syntax(std::string_view words)
{
    constexpr std::string_view unexpected = "unexpected ", expected = "; expected ", last_read = "; last read: ";
    const std::size_t dash = words.find(" - ");
    const std::string_view detail = dash == std::string_view::npos ? words : words.substr(dash + 3);
    const std::size_t expected_at = detail.rfind(expected);
    const std::string_view what = detail.substr(0, std::min(detail.find(last_read), expected_at));

    Complaint complaint{.problem = "syntax error", .expected = {}, .found = {}, .hint = {}};
    if (what.starts_with(unexpected))
        complaint.found = what.substr(unexpected.size());
    else
        complaint.problem += fmt::format(": {}", what);
    if (expected_at != std::string_view::npos)
        complaint.expected = detail.substr(expected_at + expected.size());
    return complaint;
}

/// Bytes of the token that a syntax error is about. `token` is what the lexer gathered, right for strings and numbers.
std::size_t length_of_unexpected(std::string_view found, const std::string& token)
{
    if (found == "string literal" || found == "number literal")
        return token.size();
    if (found == "true literal" || found == "null literal")
        return 4;
    return found == "false literal" ? 5 : 1;
}

std::string hint_for(std::string_view text, std::size_t offset, const Complaint& complaint)
{
    const char at = offset < text.size() ? text[offset] : '\0';
    const std::size_t last = text.substr(0, offset).find_last_not_of(" \t\r\n");
    if ((at == '}' || at == ']') && last != std::string_view::npos && text[last] == ',')
        return "remove the comma before it";
    if (complaint.found.find("literal") != std::string::npos &&
        (complaint.expected == "'}'" || complaint.expected == "']'"))
        return "a comma is missing before it";
    if (complaint.problem.ends_with("invalid literal") && complaint.expected != "end of input")
        return "keys and strings are written in double quotes";
    return {};
}

/// Receives nlohmann's SAX events, builds the value and notes where everything is.
class Builder final : public nlohmann::json_sax<json> {
public:
    explicit Builder(const SourceText& source) : source_{source}, cursor_{source.text} {}

    bool null() override { return add(nullptr, cursor_.take()); }
    bool boolean(bool value) override { return add(value, cursor_.take()); }
    bool number_integer(number_integer_t value) override { return add(value, cursor_.take()); }
    bool number_unsigned(number_unsigned_t value) override { return add(value, cursor_.take()); }
    bool number_float(number_float_t value, const string_t&) override { return add(value, cursor_.take()); }
    bool binary(binary_t&) override { return false; } // JSON text has none

    bool string(string_t& value) override
    {
        const auto range = cursor_.take();
        return check_string(value, range) && add(std::move(value), range);
    }

    bool start_object(std::size_t) override { return open(json::object()); }
    bool start_array(std::size_t) override { return open(json::array()); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }

    bool key(string_t& name) override
    {
        key_range_ = cursor_.take();
        if (!check_string(name, key_range_))
            return false;
        Level& level = levels_.back();
        const std::string pointer = append_pointer(level.pointer, name);
        if (const auto first = positions.find(pointer); level.container->contains(name)) {
            const SourcePlace earlier = place_in(source_, first->second.key.offset, 1);
            complain(pointer, key_range_,
                     {.problem = "duplicate key",
                      .expected = "each key once",
                      .found = fmt::format("\"{}\" again", name),
                      .hint = fmt::format("it is on line {} already", earlier.line)});
        }
        key_ = std::move(name);
        return true;
    }

    bool parse_error(std::size_t position, const std::string& token, const json::exception& error) override
    {
        const std::string_view what = error.what();
        const std::size_t colon = what.find(": ");
        Complaint complaint = explain_syntax(colon == std::string_view::npos ? what : what.substr(colon + 2));

        const std::size_t end = std::min(position, source_.text.size());
        const bool at_end = complaint.found.find("end of input") != std::string::npos;
        const std::size_t begin = at_end ? source_.text.find_last_not_of(" \t\r\n") + 1
                                         : end - std::min(end, length_of_unexpected(complaint.found, token));
        const std::size_t start = complaint.problem.ends_with("invalid literal") ? start_of_word(begin) : begin;
        complaint.hint = hint_for(source_.text, start, complaint);
        complain({}, {.source = 0, .offset = start, .length = end - std::min(start, end)}, std::move(complaint));
        return false;
    }

    json root;
    JsonDocument::Positions positions;
    std::vector<Diagnostic> diagnostics;

private:
    struct Level {
        json* container;
        std::string pointer;
    };

    std::size_t start_of_word(std::size_t at) const
    {
        const auto in_word = [&](std::size_t i) {
            return std::isalnum(static_cast<unsigned char>(source_.text[i])) != 0;
        };
        while (at > 0 && in_word(at - 1))
            --at;
        return at;
    }

    std::string next_pointer() const
    {
        if (levels_.empty())
            return {};
        const Level& level = levels_.back();
        return level.container->is_array() ? append_pointer(level.pointer, level.container->size())
                                           : append_pointer(level.pointer, key_);
    }

    json& place_value(json value)
    {
        if (levels_.empty())
            return root = std::move(value);
        json& container = *levels_.back().container;
        if (container.is_array())
            return container.emplace_back(std::move(value));
        return container[key_] = std::move(value);
    }

    bool add(json value, const JsonDocument::Range& range)
    {
        const bool keyed = !levels_.empty() && levels_.back().container->is_object();
        positions[next_pointer()] = {.key = keyed ? key_range_ : JsonDocument::Range{}, .value = range};
        place_value(std::move(value));
        return true;
    }

    bool open(json container)
    {
        const auto range = cursor_.take();
        const std::string pointer = next_pointer();
        if (levels_.size() == JsonDocument::max_depth) {
            complain(pointer, range, {.problem = "nested too deeply", .expected = {}, .found = {}, .hint = {}});
            return false;
        }
        const bool keyed = !levels_.empty() && levels_.back().container->is_object();
        positions[pointer] = {.key = keyed ? key_range_ : JsonDocument::Range{}, .value = range};
        levels_.push_back({.container = &place_value(std::move(container)), .pointer = pointer});
        return true;
    }

    bool close()
    {
        cursor_.take();
        levels_.pop_back();
        return true;
    }

    /// C interfaces further on would cut a string at a NUL, and the schema's regular expressions recurse once a
    /// character.
    bool check_string(const std::string& value, const JsonDocument::Range& range)
    {
        if (value.find('\0') != std::string::npos)
            complain(next_pointer(), range,
                     {.problem = "NUL character in a string", .expected = {}, .found = {}, .hint = {}});
        else if (value.size() > JsonDocument::max_string)
            complain(next_pointer(), range,
                     {.problem = "string too long",
                      .expected = fmt::format("at most {} bytes", JsonDocument::max_string),
                      .found = fmt::format("{} bytes", value.size()),
                      .hint = {}});
        else
            return true;
        return false;
    }

    void complain(std::string pointer, const JsonDocument::Range& range, Complaint complaint)
    {
        diagnostics.push_back({.place = place_in(source_, range.offset, range.length),
                               .pointer = std::move(pointer),
                               .complaint = std::move(complaint)});
    }

    const SourceText& source_;
    TokenCursor cursor_;
    std::vector<Level> levels_; ///< the containers that are open, the outermost first
    std::string key_;           ///< the last key seen
    JsonDocument::Range key_range_;
};

} // namespace

ParsedJson parse_json(const SourceText& source)
{
    if (source.text.size() > JsonDocument::max_text)
        throw ConfigError{{{.place = place_in(source, 0, 0),
                            .pointer = {},
                            .complaint = {.problem = "text too long",
                                          .expected = fmt::format("at most {} bytes", JsonDocument::max_text),
                                          .found = fmt::format("{} bytes", source.text.size()),
                                          .hint = {}}}}};
    Builder builder{source};
    constexpr bool strict = true, ignore_comments = true;
    json::sax_parse(source.text, &builder, json::input_format_t::json, strict, ignore_comments);
    if (!builder.diagnostics.empty())
        throw ConfigError{std::move(builder.diagnostics)};
    return {.root = std::move(builder.root), .positions = std::move(builder.positions)};
}

} // namespace vitrine
