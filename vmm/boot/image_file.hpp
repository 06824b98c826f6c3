#pragma once

#include "vmm/boot/load_guest.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace vitrine {

/// The bytes of an image and the name of the file they came from: what every parser reads. Nothing in it is trusted;
/// every access is checked and a bad one is an ImageError that names file and offset.
class ImageView {
public:
    /// `bytes` is not owned.
    ImageView(std::filesystem::path file, std::span<const std::byte> bytes) : file_{std::move(file)}, bytes_{bytes} {}

    const std::filesystem::path& file() const { return file_; }
    std::span<const std::byte> bytes() const { return bytes_; }
    Bytes size() const { return {bytes_.size()}; }

    bool contains(std::uint64_t offset, std::uint64_t size) const
    {
        return offset <= bytes_.size() && size <= bytes_.size() - offset;
    }

    /// [offset, offset + size). `what` names it in the error for a file that ends before.
    std::span<const std::byte> slice(std::uint64_t offset, std::uint64_t size, std::string_view what) const;

    template <typename T>
    T read(std::uint64_t offset, std::string_view what) const
    {
        static_assert(std::is_trivially_copyable_v<T>);
        T value;
        std::memcpy(&value, slice(offset, sizeof value, what).data(), sizeof value);
        return value;
    }

    /// Throws ImageError: `problem`, found at `offset`.
    [[noreturn]] void fail(std::uint64_t offset, const std::string& problem) const;

private:
    std::filesystem::path file_;
    std::span<const std::byte> bytes_;
};

/// A file mapped read-only for as long as this lives.
class ImageFile {
public:
    /// Throws ImageError when it is missing, unreadable, empty, or not a regular file.
    explicit ImageFile(const std::filesystem::path& file);
    ~ImageFile();
    ImageFile(const ImageFile&) = delete;
    ImageFile& operator=(const ImageFile&) = delete;

    const ImageView& view() const { return view_; }

private:
    ImageView view_;
};

} // namespace vitrine
