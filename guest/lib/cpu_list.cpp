#include "lib/cpu_list.hpp"

namespace kernel {
namespace {

constexpr unsigned bits = 32;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

Result<u32> hexadecimal_digit(char c)
{
    if (is_digit(c))
        return static_cast<u32>(c - '0');
    const auto letter = static_cast<char>(c | 0x20);
    if (letter >= 'a' && letter <= 'f')
        return static_cast<u32>(letter - 'a' + 10);
    return Errno::einval;
}

/// Takes a number off `text`. ERANGE: no CPU's.
Result<unsigned> take_number(std::string_view& text)
{
    if (text.empty() || !is_digit(text.front()))
        return Errno::einval;
    unsigned number = 0;
    for (; !text.empty() && is_digit(text.front()); text.remove_prefix(1)) {
        number = number * 10 + static_cast<unsigned>(text.front() - '0');
        if (number >= bits)
            return Errno::erange;
    }
    return number;
}

bool take(std::string_view& text, char wanted)
{
    const bool is_next = !text.empty() && text.front() == wanted;
    if (is_next)
        text.remove_prefix(1);
    return is_next;
}

/// Bits first to last.
u32 range_mask(unsigned first, unsigned last) { return (~0U >> (bits - 1 - (last - first))) << first; }

} // namespace

Result<u32> parse_cpu_mask(std::string_view text)
{
    constexpr unsigned group = 8;
    if (text.starts_with("0x") || text.starts_with("0X"))
        text.remove_prefix(2);
    u32 mask = 0;
    unsigned digits = 0; // of this group
    for (const char c : text) {
        if (c == ',') {
            if (digits == 0 || mask != 0) // what follows would push it out
                return digits == 0 ? Errno::einval : Errno::eoverflow;
            digits = 0;
            continue;
        }
        if (digits++ == group)
            return Errno::einval;
        mask = mask << 4 | TRY(hexadecimal_digit(c));
    }
    if (digits == 0)
        return Errno::einval;
    return mask;
}

Result<u32> parse_cpu_list(std::string_view text)
{
    u32 mask = 0;
    do {
        const unsigned first = TRY(take_number(text));
        const unsigned last = take(text, '-') ? TRY(take_number(text)) : first;
        if (last < first)
            return Errno::erange;
        mask |= range_mask(first, last);
    } while (take(text, ','));
    if (!text.empty())
        return Errno::einval;
    return mask;
}

void format_cpu_mask(FormatSink& out, u32 mask, unsigned cpus)
{
    constexpr char digits[] = "0123456789abcdef";
    for (unsigned digit = (cpus + 3) / 4; digit-- != 0;)
        out.append({&digits[mask >> (digit * 4) & 0xf], 1});
}

void format_cpu_list(FormatSink& out, u32 mask)
{
    bool any = false;
    for (unsigned cpu = 0; cpu < bits; ++cpu) {
        if ((mask >> cpu & 1) == 0)
            continue;
        const unsigned first = cpu;
        while (cpu + 1 < bits && (mask >> (cpu + 1) & 1) != 0)
            ++cpu;
        if (any)
            out.append(",");
        any = true;
        format_to(out, "{}", first);
        if (cpu != first)
            format_to(out, "-{}", cpu);
    }
}

} // namespace kernel
