#pragma once

#include "lib/types.hpp"

/// Kinds of characters, as a terminal sees them: ISO 8859-1 in what has no meaning in ASCII, as Linux's ctype.
namespace kernel::tty {

constexpr bool is_control(u8 character) { return character < ' ' || character == 0x7f; }
constexpr bool is_upper(u8 character) { return character >= 'A' && character <= 'Z'; }
constexpr bool is_lower(u8 character) { return character >= 'a' && character <= 'z'; }
constexpr bool is_digit(u8 character) { return character >= '0' && character <= '9'; }
constexpr u8 to_lower(u8 character) { return is_upper(character) ? character + ('a' - 'A') : character; }
constexpr u8 to_upper(u8 character) { return is_lower(character) ? character - ('a' - 'A') : character; }

/// Part of a word, for WERASE.
constexpr bool is_word(u8 character)
{
    // Latin letters: 0xc0 on, but for the signs of multiplication and division.
    const bool latin = character >= 0xc0 && character != 0xd7 && character != 0xf7;
    return is_upper(character) || is_lower(character) || is_digit(character) || character == '_' || latin;
}

/// A byte of a UTF-8 character that is not its first.
constexpr bool is_continuation(u8 character) { return (character & 0xc0) == 0x80; }

/// How echo shows a control character: ^ and this.
constexpr u8 caret_letter(u8 character) { return character ^ 0100; }

} // namespace kernel::tty
