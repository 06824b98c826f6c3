#include "kernel/fs/cpio.hpp"

#include <optional>

namespace kernel::fs {
namespace {

constexpr u64 header_size = 110;
constexpr u64 alignment = 4;
constexpr std::string_view trailer = "TRAILER!!!";

/// The 8-digit hexadecimal fields that follow the 6 bytes of magic.
enum class Field : unsigned {
    inode = 0,
    mode = 1,
    uid = 2,
    gid = 3,
    link_count = 4,
    modified = 5,
    file_size = 6,
    device_major = 9,
    device_minor = 10,
    name_size = 11,
};

constexpr u64 in_every_byte(u64 value) { return value * 0x0101'0101'0101'0101; }

/// Eight hexadecimal digits, all at once: a header has thirteen numbers, and an archive thousands of headers.
std::optional<u32> hexadecimal(const char* digits)
{
    u64 text = 0;
    __builtin_memcpy(&text, digits, sizeof text);
    const u64 is_letter = text >> 6 & in_every_byte(1);
    text |= is_letter << 5; // capital letters become small ones
    const u64 values = (text & in_every_byte(0xf)) + 9 * is_letter;
    // What is a digit gives itself when its value, below 16, is written as a digit again, and nothing else does.
    const u64 is_above_nine = (values + in_every_byte(0x80 - 10)) >> 7 & in_every_byte(1);
    const u64 again = values + in_every_byte('0') + is_above_nine * ('a' - '0' - 10);
    if (again != text || (values & in_every_byte(0xf0)) != 0)
        return std::nullopt;
    // The first digit, the most significant, is the lowest byte: pair digits to bytes, bytes to words, then turn round.
    u64 packed = (values << 4 | values >> 8) & 0x00ff'00ff'00ff'00ff;
    packed = (packed | packed >> 8) & 0x0000'ffff'0000'ffff;
    packed |= packed >> 16;
    return __builtin_bswap32(static_cast<u32>(packed));
}

/// A header whose magic is right. A field that is no number makes the whole header bad.
class Header {
public:
    explicit Header(std::string_view text) : text_{text} {}

    u32 operator[](Field field)
    {
        const auto value = hexadecimal(text_.data() + 6 + 8 * static_cast<u64>(field));
        bad_ |= !value;
        return value.value_or(0);
    }
    bool bad() const { return bad_; }

private:
    std::string_view text_;
    bool bad_ = false;
};

} // namespace

Errno CpioReader::fail(std::string_view problem)
{
    problem_ = problem;
    return Errno::einval;
}

std::string_view CpioReader::text(u64 offset, u64 size) const
{
    return {reinterpret_cast<const char*>(archive_.data()) + offset, size};
}

/// False at the end of everything. Whole words first: archivers pad with hundreds of zero bytes.
bool CpioReader::skip_padding_between_archives()
{
    u64 word = 0;
    while (archive_.size() - offset_ >= sizeof word) {
        __builtin_memcpy(&word, archive_.data() + offset_, sizeof word);
        if (word != 0)
            break;
        offset_ += sizeof word;
    }
    while (offset_ < archive_.size() && archive_[offset_] == std::byte{0})
        ++offset_;
    return offset_ < archive_.size();
}

Result<bool> CpioReader::next(CpioEntry& entry)
{
    for (;;) {
        if (!skip_padding_between_archives())
            return false;
        if (archive_.size() - offset_ < header_size)
            return fail("ends within a header");
        const std::string_view magic = text(offset_, 6);
        if (magic != "070701" && magic != "070702")
            return fail("not a newc header");

        Header header{text(offset_, header_size)};
        const u64 name_size = header[Field::name_size];
        const u64 file_size = header[Field::file_size];
        entry.inode = header[Field::inode];
        entry.mode = header[Field::mode];
        entry.uid = header[Field::uid];
        entry.gid = header[Field::gid];
        entry.link_count = header[Field::link_count];
        entry.modified = header[Field::modified];
        entry.device_major = header[Field::device_major];
        entry.device_minor = header[Field::device_minor];
        if (header.bad())
            return fail("a header field is not hexadecimal");

        // 32-bit sizes and a 64-bit offset: none of these sums can overflow.
        const u64 name_begin = offset_ + header_size;
        const u64 data_begin = align_up(name_begin + name_size, alignment);
        const u64 data_end = data_begin + file_size;
        if (name_size == 0 || name_begin + name_size > archive_.size())
            return fail("a name reaches past the end");
        if (file_size != 0 && data_end > archive_.size())
            return fail("a file reaches past the end");
        if (archive_[name_begin + name_size - 1] != std::byte{0})
            return fail("a name is not terminated");

        // Archivers align file data by padding the name with more NULs: it ends at the first.
        const std::string_view padded_name = text(name_begin, name_size);
        entry.name = {padded_name.data(), padded_name.find('\0')};
        entry.data = file_size == 0 ? std::span<const std::byte>{} : archive_.subspan(data_begin, file_size);
        const u64 next = align_up(data_end, alignment);
        offset_ = next < archive_.size() ? next : archive_.size();
        if (entry.name != trailer)
            return true;
    }
}

} // namespace kernel::fs
