#pragma once

#include "lib/result.hpp"
#include "lib/types.hpp"

#include <concepts>
#include <cstddef>
#include <string_view>
#include <type_traits>

/// Type-safe formatting with a subset of std::format's syntax: `{}` and `{:[<|>][#][0][width][x|d]}`. Integers, bool,
/// char, strings, pointers (as 0x...), addresses (as 0x...), Errno (by name) and enumerations (by number). Arguments
/// are taken in order. Format strings are checked at compile time against the number of arguments.
namespace kernel {

/// Where formatted text goes. Appending never fails: what does not fit is dropped.
class FormatSink {
public:
    virtual void append(std::string_view text) = 0;

protected:
    ~FormatSink() = default;
};

/// Text of up to `capacity` characters; the rest is cut off.
template <std::size_t capacity>
class FormatBuffer final : public FormatSink {
public:
    FormatBuffer() {} // leaves data_ as it is: clearing it would cost more than formatting

    void append(std::string_view text) override
    {
        const std::size_t room = capacity - size_;
        const std::size_t count = text.size() < room ? text.size() : room;
        __builtin_memcpy(data_ + size_, text.data(), count);
        size_ += count;
    }
    std::string_view view() const { return {data_, size_}; }
    void clear() { size_ = 0; }

private:
    std::size_t size_ = 0;
    char data_[capacity];
};

/// One argument, its type erased.
struct FormatArgument {
    enum class Kind : u8 { unsigned_number, signed_number, address, character, boolean, text };

    Kind kind;
    u64 number = 0; ///< text: its length
    const char* text = nullptr;

    FormatArgument(bool value) : kind{Kind::boolean}, number{value} {}
    FormatArgument(char value) : kind{Kind::character}, number{static_cast<u8>(value)} {}
    FormatArgument(std::unsigned_integral auto value) : kind{Kind::unsigned_number}, number{value} {}
    FormatArgument(std::signed_integral auto value)
        : kind{Kind::signed_number}, number{static_cast<u64>(static_cast<i64>(value))}
    {}
    FormatArgument(std::string_view value) : kind{Kind::text}, number{value.size()}, text{value.data()} {}
    FormatArgument(const char* value) : FormatArgument{std::string_view{value}} {}
    FormatArgument(const void* value) : kind{Kind::address}, number{reinterpret_cast<u64>(value)} {}
    FormatArgument(PhysicalAddress value) : kind{Kind::address}, number{value.value} {}
    FormatArgument(VirtualAddress value) : kind{Kind::address}, number{value.value} {}
    FormatArgument(Errno value);
    template <typename T>
    requires std::is_enum_v<T> FormatArgument(T value) : FormatArgument{static_cast<std::underlying_type_t<T>>(value)}
    {}
};

/// How `{:...}` asks for an argument to be shown.
struct FormatSpec {
    bool align_left = false;
    bool align_right = false;
    bool prefix = false; ///< #: 0x before hexadecimal
    bool zero_fill = false;
    bool hexadecimal = false;
    unsigned width = 0;

    /// Parses what stands between ':' and '}'; false when it is not of the form above.
    constexpr bool parse(std::string_view text);
};

// Not defined anywhere: not being constant expressions, calls to them end the compilation and say why.
void format_string_is_malformed();
void format_string_needs_other_arguments();

/// A format string for these arguments; anything else does not compile.
template <typename... Arguments>
class FormatString {
public:
    template <typename Text>
    requires std::convertible_to<const Text&, std::string_view>
    consteval FormatString(const Text& text) : text_{text} { check(text_); }
    constexpr std::string_view text() const { return text_; }

private:
    static constexpr void check(std::string_view text);

    std::string_view text_;
};

/// Formats without checking at compile time: a malformed or surplus field is printed as it stands.
void format_arguments(FormatSink& out, std::string_view format, const FormatArgument* arguments, std::size_t count);

template <typename... Arguments>
void format_to(FormatSink& out, FormatString<std::type_identity_t<Arguments>...> format, const Arguments&... arguments)
{
    if constexpr (sizeof...(Arguments) == 0) {
        format_arguments(out, format.text(), nullptr, 0);
    } else {
        const FormatArgument erased[] = {FormatArgument{arguments}...};
        format_arguments(out, format.text(), erased, sizeof...(Arguments));
    }
}

/// The next piece of a format string: literal text, or one field.
struct FormatPiece {
    std::string_view literal;
    bool is_field = false;
    FormatSpec spec;
    std::size_t length = 0; ///< characters of the format string that this piece takes
    bool valid = true;
};

constexpr bool FormatSpec::parse(std::string_view text)
{
    const auto take = [&](char wanted) {
        const bool is_next = !text.empty() && text.front() == wanted;
        if (is_next)
            text.remove_prefix(1);
        return is_next;
    };
    align_left = take('<');
    align_right = !align_left && take('>');
    prefix = take('#');
    zero_fill = take('0');
    while (!text.empty() && text.front() >= '0' && text.front() <= '9' && width < 100) {
        width = width * 10 + static_cast<unsigned>(text.front() - '0');
        text.remove_prefix(1);
    }
    hexadecimal = take('x');
    if (!hexadecimal)
        take('d');
    return text.empty();
}

/// Looks at the beginning of a non-empty format string.
constexpr FormatPiece next_format_piece(std::string_view text)
{
    FormatPiece piece;
    const char first = text.front();
    if (first != '{' && first != '}') {
        piece.length = text.find_first_of("{}");
        if (piece.length == std::string_view::npos)
            piece.length = text.size();
        piece.literal = text.substr(0, piece.length);
        return piece;
    }
    if (text.size() > 1 && text[1] == first) {
        piece.literal = text.substr(0, 1);
        piece.length = 2;
        return piece;
    }
    const std::size_t end = text.find('}');
    if (first == '}' || end == std::string_view::npos) {
        piece.valid = false;
        piece.literal = text;
        piece.length = text.size();
        return piece;
    }
    std::string_view inside = text.substr(1, end - 1);
    piece.is_field = true;
    piece.length = end + 1;
    piece.literal = text.substr(0, piece.length);
    if (!inside.empty())
        piece.valid = inside.front() == ':' && piece.spec.parse(inside.substr(1));
    return piece;
}

template <typename... Arguments>
constexpr void FormatString<Arguments...>::check(std::string_view text)
{
    std::size_t fields = 0;
    while (!text.empty()) {
        const FormatPiece piece = next_format_piece(text);
        if (!piece.valid)
            format_string_is_malformed();
        fields += piece.is_field ? 1 : 0;
        text.remove_prefix(piece.length);
    }
    if (fields != sizeof...(Arguments))
        format_string_needs_other_arguments();
}

} // namespace kernel
