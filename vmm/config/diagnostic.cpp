#include "vmm/config/diagnostic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace vitrine {
namespace {

/// Terminal colours, or nothing.
struct Palette {
    std::string_view strong, error, caret, hint, reset;
};
constexpr Palette plain{"", "", "", "", ""};
constexpr Palette coloured{"\033[1m", "\033[1;31m", "\033[1;32m", "\033[1;36m", "\033[0m"};

std::size_t count_characters(std::string_view utf8)
{
    return static_cast<std::size_t>(
        std::count_if(utf8.begin(), utf8.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

/// The characters [first, first + count) of `utf8`, as far as it has them.
std::string_view characters(std::string_view utf8, std::size_t first, std::size_t count)
{
    const auto skip = [&](std::size_t from, std::size_t wanted) {
        for (; from < utf8.size() && wanted > 0; --wanted)
            do
                ++from;
            while (from < utf8.size() && (static_cast<unsigned char>(utf8[from]) & 0xc0) == 0x80);
        return from;
    };
    const std::size_t begin = skip(0, first);
    return utf8.substr(begin, skip(begin, count) - begin);
}

/// What is shown of a line and of a value: a config without line breaks, or a hostile one, must not flood the screen.
constexpr std::size_t longest_excerpt = 160;
constexpr std::size_t context_before_caret = 60;

/// The part of the place's line around the place, and where the place is in that.
SourcePlace excerpt_of(SourcePlace place)
{
    const std::size_t before = place.column - 1;
    const std::size_t cut = before > longest_excerpt / 2 ? before - context_before_caret : 0;
    place.line_text = characters(place.line_text, cut, longest_excerpt);
    place.column -= cut;
    place.width = std::min(place.width, longest_excerpt - (place.column - 1));
    return place;
}

/// Spaces as wide as the first `characters` of `line`; tabs stay tabs, so that the caret stands right.
std::string indent_like(std::string_view line, std::size_t characters)
{
    std::string indent(characters, ' ');
    for (std::size_t i = 0; i < std::min(characters, line.size()); ++i) {
        if (line[i] == '\t')
            indent[i] = '\t';
    }
    return indent;
}

/// `line` without characters that would confuse a terminal.
std::string printable(std::string_view line)
{
    std::string out{line};
    std::replace_if(
        out.begin(), out.end(), [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f; },
        '?');
    return out;
}

void append_note(std::string& out, const Palette& palette, std::string_view label, std::string_view text)
{
    if (text.empty())
        return;
    const std::string_view shown = characters(text, 0, 2 * longest_excerpt);
    out += fmt::format("      | {}{}{}: {}{}\n", palette.hint, label, palette.reset, shown,
                       shown.size() < text.size() ? "..." : "");
}

} // namespace

SourcePlace place_in(const SourceText& source, std::size_t offset, std::size_t length)
{
    const std::string_view text = source.text;
    offset = std::min(offset, text.size());
    const std::string_view before = text.substr(0, offset);
    const std::size_t newline = before.rfind('\n');
    const std::size_t begin = newline == std::string_view::npos ? 0 : newline + 1;
    const std::size_t end = std::min(text.find('\n', offset), text.size());

    SourcePlace place;
    place.source = source.name;
    place.line = 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
    place.column = 1 + count_characters(text.substr(begin, offset - begin));
    place.width = std::max<std::size_t>(1, count_characters(text.substr(offset, std::min(length, end - offset))));
    place.line_text = text.substr(begin, end - begin);
    return place;
}

std::string format_diagnostic(const Diagnostic& diagnostic, bool colour)
{
    const Palette& palette = colour ? coloured : plain;
    const auto& [place, pointer, complaint] = diagnostic;
    const std::string_view separator = pointer.empty() ? "" : ": ";

    std::string out =
        fmt::format("{}{}:{}:{}:{} {}error:{} {}{}{}\n", palette.strong, place.source, place.line, place.column,
                    palette.reset, palette.error, palette.reset, pointer, separator, complaint.problem);
    const SourcePlace shown = excerpt_of(place);
    out += fmt::format("{:5} | {}\n", place.line, printable(shown.line_text));
    out += fmt::format("      | {}{}^{:~<{}}{}\n", indent_like(shown.line_text, shown.column - 1), palette.caret, "",
                       shown.width - 1, palette.reset);
    append_note(out, palette, "expected", complaint.expected);
    append_note(out, palette, "found", complaint.found);
    append_note(out, palette, "hint", complaint.hint);
    return out;
}

std::string format_diagnostics(const std::vector<Diagnostic>& diagnostics, bool colour)
{
    std::string out;
    for (const Diagnostic& diagnostic : diagnostics)
        out += format_diagnostic(diagnostic, colour);
    return out;
}

namespace {

std::vector<Diagnostic> in_order(std::vector<Diagnostic> diagnostics)
{
    const auto key = [](const Diagnostic& d) { return std::tie(d.place.source, d.place.line, d.place.column); };
    std::stable_sort(diagnostics.begin(), diagnostics.end(),
                     [&](const Diagnostic& a, const Diagnostic& b) { return key(a) < key(b); });
    return diagnostics;
}

} // namespace

ConfigError::ConfigError(std::vector<Diagnostic> diagnostics)
    : std::runtime_error{format_diagnostics(in_order(diagnostics), false)},
      diagnostics_{in_order(std::move(diagnostics))}
{}

} // namespace vitrine
