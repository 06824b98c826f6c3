#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine {

/// Text that diagnostics point into: a file, or a `--set` argument.
struct SourceText {
    std::string name;
    std::string text;
};

/// A stretch of one line of a source, ready to be shown.
struct SourcePlace {
    std::string source;     ///< its name
    std::size_t line = 1;   ///< from 1
    std::size_t column = 1; ///< from 1, in characters (not bytes)
    std::size_t width = 1;  ///< characters to underline, at least 1
    std::string line_text;
};

/// The place of bytes [offset, offset + length), cut at the end of the line. `offset` may be the text's size.
SourcePlace place_in(const SourceText& source, std::size_t offset, std::size_t length);

/// What is wrong at one place of a config. Only `problem` is never empty.
struct Complaint {
    std::string problem;
    std::string expected;
    std::string found;
    std::string hint;
};

struct Diagnostic {
    SourcePlace place;
    std::string pointer; ///< JSON pointer (RFC 6901); empty: the whole document
    Complaint complaint;
};

/// As compilers print them: `file:line:column: error: ...`, the line, a caret, then what was expected and found.
std::string format_diagnostic(const Diagnostic& diagnostic, bool colour);
std::string format_diagnostics(const std::vector<Diagnostic>& diagnostics, bool colour);

/// A config that cannot be used: everything that is wrong with it, in the order of the text. what() is all of it.
class ConfigError : public std::runtime_error {
public:
    explicit ConfigError(std::vector<Diagnostic> diagnostics);
    const std::vector<Diagnostic>& diagnostics() const { return diagnostics_; }

private:
    std::vector<Diagnostic> diagnostics_;
};

} // namespace vitrine
