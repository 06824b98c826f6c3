#pragma once

#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>

namespace test {

/// Writes newc archives, right or wrong.
class Archive {
public:
    struct Member {
        std::string name;
        std::string data = {};
        std::uint32_t mode = 0100644;
        std::uint32_t inode = 1;
        std::uint32_t links = 1;
        std::uint32_t device_major = 0;
        std::uint32_t device_minor = 0;
        std::size_t name_padding = 0; ///< NULs behind the one that ends the name
    };

    Archive& add(const Member& member)
    {
        const auto name_size = static_cast<unsigned>(member.name.size() + 1 + member.name_padding);
        char header[111];
        std::snprintf(header, sizeof header, "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x", member.inode,
                      member.mode, 0U, 0U, member.links, 0U, static_cast<unsigned>(member.data.size()), 0U, 0U,
                      member.device_major, member.device_minor, name_size, 0U);
        bytes_ += header;
        bytes_ += member.name;
        bytes_.append(1 + member.name_padding, '\0');
        pad();
        bytes_ += member.data;
        pad();
        return *this;
    }
    Archive& folder(const std::string& name) { return add({.name = name, .mode = 0040755, .links = 2}); }
    Archive& end() { return add({.name = "TRAILER!!!", .mode = 0}); }

    std::string& text() { return bytes_; }
    std::span<const std::byte> bytes() const { return std::as_bytes(std::span{bytes_}); }

private:
    void pad() { bytes_.append((4 - bytes_.size() % 4) % 4, '\0'); }

    std::string bytes_;
};

inline std::string_view text_of(std::span<const std::byte> bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

} // namespace test
