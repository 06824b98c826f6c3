#include "vmm/boot/cpio.hpp"
#include "vmm/boot/cpio_format.hpp"
#include "vmm/kvm/unique_fd.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace vitrine {

namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t default_folder_mode = S_IFDIR | 0755;
constexpr std::uint32_t console_mode = S_IFCHR | 0600;
constexpr std::uint32_t permission_bits = 07777;
constexpr std::uint64_t max_file = 0xffff'ffff;

[[noreturn]] void fail_with_errno(const fs::path& file, std::string_view action)
{
    throw ImageError{file, fmt::format("cannot {}: {}", action, std::generic_category().message(errno))};
}

/// The path as an archive has it: no leading slash, no dots. Throws ImageError, about `from`, when it leaves the root.
std::string archive_path(const fs::path& from, const std::string& to)
{
    const fs::path clean = fs::path{to}.lexically_normal().relative_path();
    std::string path;
    for (const fs::path& part : clean) {
        if (part == "..")
            throw ImageError{from, fmt::format("its place in the initramfs, \"{}\", is outside the root", to)};
        if (!part.empty() && part != ".")
            path += (path.empty() ? "" : "/") + part.string();
    }
    if (path.size() >= cpio::max_name)
        throw ImageError{from, fmt::format("its place in the initramfs has {} characters, more than {}", path.size(),
                                           cpio::max_name - 1)};
    return path;
}

void read_file(const fs::path& file, std::span<std::byte> out)
{
    const UniqueFd descriptor{::open(file.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!descriptor)
        fail_with_errno(file, "open it");
    while (!out.empty()) {
        const ::ssize_t got = ::read(descriptor.get(), out.data(), out.size());
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            fail_with_errno(file, "read it");
        if (got == 0)
            throw ImageError{file, "became shorter while it was packed into the initramfs"};
        out = out.subspan(static_cast<std::size_t>(got));
    }
}

class HeaderWriter {
public:
    explicit HeaderWriter(std::span<std::byte> out) : out_{out} {}

    void write(const std::array<std::uint64_t, cpio::field_count>& fields, std::string_view name)
    {
        text(cpio::magic);
        for (const std::uint64_t value : fields) {
            std::array<char, cpio::field_digits> digits;
            fmt::format_to_n(digits.data(), digits.size(), "{:08x}", value);
            text({digits.data(), digits.size()});
        }
        text(name);
    }

private:
    void text(std::string_view text)
    {
        std::copy_n(reinterpret_cast<const std::byte*>(text.data()), text.size(), out_.begin());
        out_ = out_.subspan(text.size());
    }

    std::span<std::byte> out_;
};

} // namespace

CpioArchive::CpioArchive(std::span<const InitramfsEntry> entries)
{
    for (const InitramfsEntry& entry : entries)
        add(entry.from, archive_path(entry.from, entry.to), true);
    nodes_.try_emplace("dev/console", Node{.mode = console_mode, .device_major = 5, .device_minor = 1});
    add_missing_parents();
    lay_out();
}

void CpioArchive::add(const fs::path& from, const std::string& to, bool follow_links)
{
    struct stat status {};
    if ((follow_links ? ::stat(from.c_str(), &status) : ::lstat(from.c_str(), &status)) != 0)
        fail_with_errno(from, "pack it into the initramfs");
    Node node{.mode = status.st_mode & (S_IFMT | permission_bits)};
    if (S_ISREG(status.st_mode)) {
        node.size = static_cast<std::uint64_t>(status.st_size);
        node.source = from;
        if (node.size > max_file)
            throw ImageError{from, "is 4 GiB or more, which a cpio archive cannot hold"};
    } else if (S_ISLNK(status.st_mode)) {
        node.link = fs::read_symlink(from).string();
        node.size = node.link.size();
    } else if (!S_ISDIR(status.st_mode)) {
        throw ImageError{from, "is neither file, folder nor symbolic link: it cannot go into an initramfs"};
    }
    if (!to.empty())
        nodes_.insert_or_assign(to, node);
    else if (!S_ISDIR(status.st_mode))
        throw ImageError{from, "goes to \"/\" in the initramfs: give it a name there"};
    if (S_ISDIR(status.st_mode))
        add_folder(from, to);
}

void CpioArchive::add_folder(const fs::path& from, const std::string& to)
{
    std::error_code error;
    for (fs::directory_iterator i{from, error}; !error && i != fs::directory_iterator{}; i.increment(error)) {
        const fs::path name = fs::path{to} / i->path().filename();
        add(i->path(), archive_path(i->path(), name.string()), false);
    }
    if (error)
        throw ImageError{from, "cannot list it: " + error.message()};
}

void CpioArchive::add_missing_parents()
{
    std::vector<std::string> parents;
    for (const auto& [path, node] : nodes_)
        for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1))
            parents.push_back(path.substr(0, slash));
    for (const std::string& parent : parents) {
        const auto [at, added] = nodes_.try_emplace(parent, Node{.mode = default_folder_mode});
        if (!added && !S_ISDIR(at->second.mode))
            throw ImageError{at->second.source, fmt::format("goes to \"/{}\" in the initramfs, where a folder is "
                                                            "needed for other entries",
                                                            parent)};
    }
}

void CpioArchive::lay_out()
{
    std::uint64_t at = 0;
    for (auto& [path, node] : nodes_) {
        node.header_offset = at;
        node.name_size = path.size() + 1;
        std::uint64_t data = cpio::padded(at + cpio::header_size + node.name_size);
        if (S_ISREG(node.mode) && node.size >= page_size.value) {
            const std::uint64_t to_page = -data % page_size.value;
            if (node.name_size + to_page <= cpio::max_name) {
                node.name_size += to_page;
                data += to_page;
            }
        }
        at = cpio::padded(data + node.size);
    }
    trailer_offset_ = at;
    size_ = Bytes{cpio::padded(at + cpio::header_size + cpio::trailer.size() + 1)};
}

void CpioArchive::write(std::span<std::byte> out) const
{
    std::uint64_t inode = 1;
    for (const auto& [path, node] : nodes_) {
        std::array<std::uint64_t, cpio::field_count> fields{};
        fields[cpio::inode] = inode++;
        fields[cpio::mode] = node.mode;
        fields[cpio::links] = S_ISDIR(node.mode) ? 2 : 1;
        fields[cpio::file_size] = node.size;
        fields[cpio::device_major] = node.device_major;
        fields[cpio::device_minor] = node.device_minor;
        fields[cpio::name_size] = node.name_size;
        HeaderWriter{out.subspan(node.header_offset)}.write(fields, path);

        const auto data = out.subspan(cpio::padded(node.header_offset + cpio::header_size + node.name_size), node.size);
        if (S_ISREG(node.mode))
            read_file(node.source, data);
        else
            std::copy_n(reinterpret_cast<const std::byte*>(node.link.data()), node.link.size(), data.begin());
    }
    std::array<std::uint64_t, cpio::field_count> fields{};
    fields[cpio::links] = 1;
    fields[cpio::name_size] = cpio::trailer.size() + 1;
    HeaderWriter{out.subspan(trailer_offset_)}.write(fields, cpio::trailer);
}

std::vector<std::byte> pack_initramfs(std::span<const InitramfsEntry> entries)
{
    const CpioArchive archive{entries};
    std::vector<std::byte> bytes(archive.size().value);
    archive.write(bytes);
    return bytes;
}

} // namespace vitrine
