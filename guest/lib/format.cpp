#include "lib/format.hpp"

#include "lib/errno.hpp"

namespace kernel {
namespace {

constexpr std::string_view hexadecimal_digits = "0123456789abcdef";

void append_repeated(FormatSink& out, char character, std::size_t count)
{
    for (; count != 0; --count)
        out.append({&character, 1});
}

/// The text of a value and how it is padded: a sign or 0x stays before the zeros.
struct Shown {
    std::string_view sign;
    std::string_view body;
    bool is_number;
};

void append_padded(FormatSink& out, const Shown& shown, const FormatSpec& spec)
{
    const std::size_t length = shown.sign.size() + shown.body.size();
    const std::size_t padding = spec.width > length ? spec.width - length : 0;
    const bool right = spec.align_right || (shown.is_number && !spec.align_left);
    const bool zeros = spec.zero_fill && shown.is_number && !spec.align_left && !spec.align_right;
    if (right && !zeros)
        append_repeated(out, ' ', padding);
    out.append(shown.sign);
    if (zeros)
        append_repeated(out, '0', padding);
    out.append(shown.body);
    if (!right)
        append_repeated(out, ' ', padding);
}

void append_number(FormatSink& out, u64 magnitude, bool negative, const FormatSpec& spec)
{
    char digits[20]; // 2^64 has 20 decimal digits
    std::size_t first = sizeof digits;
    const u64 base = spec.hexadecimal ? 16 : 10;
    do {
        digits[--first] = hexadecimal_digits[magnitude % base];
        magnitude /= base;
    } while (magnitude != 0);
    const bool prefixed = spec.prefix && spec.hexadecimal;
    const std::string_view sign = negative ? (prefixed ? "-0x" : "-") : (prefixed ? "0x" : "");
    append_padded(out, {sign, {digits + first, sizeof digits - first}, true}, spec);
}

void append_argument(FormatSink& out, const FormatArgument& argument, FormatSpec spec)
{
    switch (argument.kind) {
    case FormatArgument::Kind::unsigned_number: append_number(out, argument.number, false, spec); return;
    case FormatArgument::Kind::signed_number: {
        const bool negative = static_cast<i64>(argument.number) < 0;
        append_number(out, negative ? 0 - argument.number : argument.number, negative, spec);
        return;
    }
    case FormatArgument::Kind::address:
        spec.prefix = spec.prefix || !spec.hexadecimal; // {:x} and {:016x} ask for the digits alone
        spec.hexadecimal = true;
        append_number(out, argument.number, false, spec);
        return;
    case FormatArgument::Kind::character: {
        const char character = static_cast<char>(argument.number);
        append_padded(out, {"", {&character, 1}, false}, spec);
        return;
    }
    case FormatArgument::Kind::boolean:
        append_padded(out, {"", argument.number != 0 ? "true" : "false", false}, spec);
        return;
    case FormatArgument::Kind::text: append_padded(out, {"", {argument.text, argument.number}, false}, spec); return;
    }
}

} // namespace

FormatArgument::FormatArgument(Errno value) : FormatArgument{errno_name(value)} {}

void format_arguments(FormatSink& out, std::string_view format, const FormatArgument* arguments, std::size_t count)
{
    while (!format.empty()) {
        const FormatPiece piece = next_format_piece(format);
        format.remove_prefix(piece.length);
        if (piece.is_field && piece.valid && count != 0) {
            append_argument(out, *arguments++, piece.spec);
            --count;
        } else {
            out.append(piece.literal);
        }
    }
}

} // namespace kernel
