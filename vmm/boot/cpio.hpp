#pragma once

#include "vmm/boot/image_file.hpp"
#include "vmm/machine/machine_config.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// cpio archives in the `newc` format, as Linux's initramfs takes them (Linux: driver-api/early-userspace/
/// buffer-format.rst): per entry a header of 110 ASCII characters, the name, the data; each padded to 4 bytes.
namespace vitrine {

/// An initramfs to be: its entries are settled, its size is known, the files are not read yet. The same inputs give the
/// same bytes: entries are sorted, times and owners are 0, inode numbers count.
///
/// The data of a file of a page or more begins on a page, so that a guest can map it without a copy: the name before it
/// is padded with NULs, which every reader skips.
class CpioArchive {
public:
    /// Walks the files and folders. Parent folders that nobody names are added, and /dev/console. A later entry with
    /// the same path replaces an earlier one. Throws ImageError.
    explicit CpioArchive(std::span<const InitramfsEntry> entries);

    Bytes size() const { return size_; }

    /// Writes the archive to the first size() bytes of `out`, reading each file once, right there. `out` begins on a
    /// page and is zero. Throws ImageError when a file cannot be read or changed its size.
    void write(std::span<std::byte> out) const;

private:
    struct Node {
        std::uint32_t mode = 0;
        std::uint64_t size = 0;         ///< of the data
        std::filesystem::path source{}; ///< of a regular file's data
        std::string link{};             ///< of a symbolic link
        std::uint32_t device_major = 0;
        std::uint32_t device_minor = 0;
        std::uint64_t header_offset = 0;
        std::uint64_t name_size = 0; ///< padding included
    };

    void add(const std::filesystem::path& from, const std::string& to, bool follow_links);
    void add_folder(const std::filesystem::path& from, const std::string& to);
    void add_missing_parents();
    void lay_out();

    std::map<std::string, Node> nodes_; ///< by path without a leading slash; a folder sorts before what is in it
    std::uint64_t trailer_offset_ = 0;
    Bytes size_;
};

/// The archive in host memory. Throws ImageError.
std::vector<std::byte> pack_initramfs(std::span<const InitramfsEntry> entries);

/// An entry of an archive that is being read. Views into the image.
struct CpioEntry {
    std::string_view name;
    std::uint32_t mode = 0;
    std::uint64_t data_offset = 0;
    std::span<const std::byte> data;
};

/// Reads an archive entry by entry.
class CpioReader {
public:
    /// `image` outlives the reader.
    explicit CpioReader(const ImageView& image) : image_{image} {}

    /// The next entry, or nothing at the trailer. Throws ImageError for what is not newc.
    std::optional<CpioEntry> next();

private:
    std::uint64_t field(std::uint64_t header, unsigned index) const;

    const ImageView& image_;
    std::uint64_t at_ = 0;
};

/// Throws ImageError unless `image` is one whole uncompressed newc archive.
void check_cpio(const ImageView& image);

} // namespace vitrine
