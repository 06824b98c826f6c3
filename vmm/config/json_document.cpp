#include "vmm/config/json_document.hpp"

#include "vmm/config/json_parser.hpp"

#include <fmt/format.h>

#include <charconv>
#include <utility>

namespace vitrine {
namespace {

using nlohmann::json;

/// The pointer of whatever the value at `pointer` lies in.
std::string_view parent_of(std::string_view pointer) { return pointer.substr(0, pointer.rfind('/')); }

bool lies_within(std::string_view pointer, std::string_view ancestor)
{
    return pointer.starts_with(ancestor) && (pointer.size() == ancestor.size() || pointer[ancestor.size()] == '/');
}

/// A value as a person types it in a shell: JSON, or else a string.
json value_from(std::string_view text)
{
    std::string value{text};
    const bool is_json = json::accept(value);
    return parse_json({.name = "--set", .text = is_json ? std::move(value) : json(std::move(value)).dump()}).root;
}

std::vector<std::string> split_path(std::string_view path)
{
    std::vector<std::string> keys;
    for (;;) {
        const std::size_t dot = path.find('.');
        keys.emplace_back(path.substr(0, dot));
        if (dot == std::string_view::npos)
            return keys;
        path.remove_prefix(dot + 1);
    }
}

/// The element of `container` that `key` names, made if it is a member that is not there; nullptr if there can be none.
json* step_into(json& container, const std::string& key)
{
    if (container.is_object())
        return &container[key];
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), index);
    if (!container.is_array() || error != std::errc{} || end != key.data() + key.size() || index >= container.size())
        return nullptr;
    return &container[index];
}

} // namespace

std::string append_pointer(std::string_view pointer, std::string_view key)
{
    std::string out{pointer};
    out += '/';
    for (const char c : key) {
        if (c == '~')
            out += "~0";
        else if (c == '/')
            out += "~1";
        else
            out += c;
    }
    return out;
}

std::string append_pointer(std::string_view pointer, std::size_t index) { return fmt::format("{}/{}", pointer, index); }

JsonDocument::JsonDocument(SourceText source)
{
    auto [root, positions] = parse_json(source);
    sources_.push_back(std::move(source));
    root_ = std::move(root);
    positions_ = std::move(positions);
}

void JsonDocument::set(std::string_view argument)
{
    const std::size_t source = sources_.size();
    sources_.push_back({.name = "--set", .text = std::string{argument}});
    const auto refuse = [&](std::string pointer, std::size_t length, Complaint complaint) {
        throw ConfigError{{{.place = place_in(sources_.back(), 0, length),
                            .pointer = std::move(pointer),
                            .complaint = std::move(complaint)}}};
    };

    const std::size_t equals = argument.find('=');
    if (equals == std::string_view::npos || equals == 0)
        refuse({}, argument.size(),
               {.problem = "not an assignment",
                .expected = "key.path=value, such as cpus=2 or memory.size=1G",
                .found = fmt::format("\"{}\"", argument),
                .hint = {}});

    json* target = &root_;
    std::string pointer;
    for (const std::string& key : split_path(argument.substr(0, equals))) {
        if (target->is_null())
            *target = json::object();
        target = step_into(*target, key);
        if (target == nullptr)
            refuse(append_pointer(pointer, key), equals,
                   {.problem = "nothing to set here",
                    .expected = "the name of a member of an object, or the index of an element",
                    .found = fmt::format("{} at \"{}\"", root_.at(json::json_pointer{pointer}).type_name(), pointer),
                    .hint = {}});
        pointer = append_pointer(pointer, key);
        positions_.try_emplace(pointer, Position{.key = {source, 0, equals}, .value = {source, 0, equals}});
    }

    *target = value_from(argument.substr(equals + 1));
    std::erase_if(positions_, [&](const auto& entry) { return lies_within(entry.first, pointer); });
    positions_[pointer] = {.key = {source, 0, equals}, .value = {source, equals + 1, argument.size() - equals - 1}};
}

const JsonDocument::Position& JsonDocument::find(std::string_view pointer) const
{
    for (;;) {
        if (const auto found = positions_.find(pointer); found != positions_.end() || pointer.empty())
            return found->second;
        pointer = parent_of(pointer);
    }
}

bool JsonDocument::was_set(std::string_view pointer) const { return find(pointer).value.source != 0; }

SourcePlace JsonDocument::place(const Range& range) const
{
    return place_in(sources_[range.source], range.offset, range.length);
}

Diagnostic JsonDocument::about_value(std::string_view pointer, Complaint complaint) const
{
    return {.place = place(find(pointer).value), .pointer = std::string{pointer}, .complaint = std::move(complaint)};
}

Diagnostic JsonDocument::about_key(std::string_view pointer, Complaint complaint) const
{
    const Position& position = find(pointer);
    const bool keyed = position.key.length != 0;
    return {.place = place(keyed ? position.key : position.value),
            .pointer = std::string{pointer},
            .complaint = std::move(complaint)};
}

} // namespace vitrine
