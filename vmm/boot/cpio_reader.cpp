#include "vmm/boot/cpio.hpp"
#include "vmm/boot/cpio_format.hpp"
#include "vmm/boot/file_kind.hpp"

#include <fmt/format.h>

#include <charconv>

namespace vitrine {

namespace {

std::string_view text_of(std::span<const std::byte> bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

} // namespace

std::uint64_t CpioReader::field(std::uint64_t header, unsigned index) const
{
    const std::uint64_t at = header + cpio::magic.size() + index * cpio::field_digits;
    const std::string_view digits = text_of(image_.slice(at, cpio::field_digits, "a cpio header field"));
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (error != std::errc{} || end != digits.data() + digits.size())
        image_.fail(at, "a cpio header field that is not hexadecimal");
    return value;
}

std::optional<CpioEntry> CpioReader::next()
{
    const std::uint64_t header = at_;
    const std::string_view magic = text_of(image_.slice(header, cpio::header_size, "a cpio header"));
    if (magic.substr(0, cpio::magic.size()) != cpio::magic)
        image_.fail(header, "no cpio header of the newc format where one should be: pack it with `cpio -o -H newc`");
    const std::uint64_t name_size = field(header, cpio::name_size);
    if (name_size == 0 || name_size > cpio::max_name)
        image_.fail(header, fmt::format("a cpio entry whose name has {} bytes", name_size));
    const std::string_view padded_name =
        text_of(image_.slice(header + cpio::header_size, name_size, "a cpio entry's name"));
    const std::size_t name_end = padded_name.find('\0');
    if (padded_name.back() != '\0')
        image_.fail(header, "a cpio entry whose name does not end");
    const std::string_view name = padded_name.substr(0, name_end);
    if (name == cpio::trailer)
        return std::nullopt;

    const std::uint64_t data = cpio::padded(header + cpio::header_size + name_size);
    const std::uint64_t size = field(header, cpio::file_size);
    CpioEntry entry{.name = name,
                    .mode = static_cast<std::uint32_t>(field(header, cpio::mode)),
                    .data_offset = data,
                    .data = image_.slice(data, size, fmt::format("the data of \"{}\"", name))};
    at_ = cpio::padded(data + size);
    return entry;
}

void check_cpio(const ImageView& image)
{
    const FileKind kind = recognise(image);
    if (kind.is_compressed())
        image.fail(0, fmt::format("the initramfs is {}: unpack it first, e.g. with `{}`", kind.description,
                                  kind.unpack_command));
    CpioReader reader{image};
    while (reader.next()) {
    }
}

} // namespace vitrine
