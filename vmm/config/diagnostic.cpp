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
    if (!text.empty())
        out += fmt::format("      | {}{}{}: {}\n", palette.hint, label, palette.reset, text);
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
    out += fmt::format("{:5} | {}\n", place.line, printable(place.line_text));
    out += fmt::format("      | {}{}^{:~<{}}{}\n", indent_like(place.line_text, place.column - 1), palette.caret, "",
                       place.width - 1, palette.reset);
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
