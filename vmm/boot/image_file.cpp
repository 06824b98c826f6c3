#include "vmm/boot/image_file.hpp"

#include "vmm/kvm/unique_fd.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace vitrine {

namespace {

[[noreturn]] void fail_with_errno(const std::filesystem::path& file, std::string_view action)
{
    throw ImageError{file, fmt::format("cannot {}: {}", action, std::generic_category().message(errno))};
}

std::span<const std::byte> map_file(const std::filesystem::path& file)
{
    const UniqueFd descriptor{::open(file.c_str(), O_RDONLY | O_CLOEXEC)};
    struct stat status {};
    if (!descriptor)
        fail_with_errno(file, "open it");
    if (::fstat(descriptor.get(), &status) != 0)
        fail_with_errno(file, "read its size");
    if (S_ISDIR(status.st_mode))
        throw ImageError{file, "is a directory: name a file in it"};
    if (!S_ISREG(status.st_mode))
        throw ImageError{file, "is not a regular file: copy its contents to one"};
    if (status.st_size == 0)
        throw ImageError{file, "is empty: build or copy it again"};
    const auto size = static_cast<std::size_t>(status.st_size);
    void* const mapping = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor.get(), 0);
    if (mapping == MAP_FAILED)
        fail_with_errno(file, "map it");
    return {static_cast<const std::byte*>(mapping), size};
}

} // namespace

ImageError::ImageError(const std::filesystem::path& file, const std::string& what)
    : std::runtime_error{fmt::format("{}: {}", file.string(), what)}
{}

std::span<const std::byte> ImageView::slice(std::uint64_t offset, std::uint64_t size, std::string_view what) const
{
    if (!contains(offset, size))
        fail(offset, fmt::format("{} takes {} bytes, but the file ends at {:#x}: it is truncated or not what it claims",
                                 what, size, bytes_.size()));
    return bytes_.subspan(offset, size);
}

void ImageView::fail(std::uint64_t offset, const std::string& problem) const
{
    throw ImageError{file_, fmt::format("at offset {:#x}: {}", offset, problem)};
}

ImageFile::ImageFile(const std::filesystem::path& file) : view_{file, map_file(file)} {}

ImageFile::~ImageFile() { ::munmap(const_cast<std::byte*>(view_.bytes().data()), view_.bytes().size()); }

} // namespace vitrine
