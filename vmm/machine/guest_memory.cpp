#include "vmm/machine/guest_memory.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <linux/memfd.h>
#include <sys/mman.h>
#include <system_error>
#include <unistd.h>

namespace vitrine {
namespace {

constexpr std::uint64_t huge_page = 2 << 20;

void* map_or_throw(std::uint64_t size, int flags, int fd, const char* what)
{
    void* const mapped = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, flags, fd, 0);
    if (mapped == MAP_FAILED)
        throw std::system_error{errno, std::generic_category(), fmt::format("{} ({} MiB)", what, size >> 20)};
    return mapped;
}

/// Memory that starts on a 2 MiB boundary, so that the host can back it, and KVM map it, with 2 MiB pages.
std::byte* map_aligned(std::uint64_t size)
{
    constexpr int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    auto* const mapped = static_cast<std::byte*>(map_or_throw(size + huge_page, flags, -1, "guest memory"));
    const std::uint64_t head = -reinterpret_cast<std::uintptr_t>(mapped) % huge_page;
    if (head != 0)
        ::munmap(mapped, head);
    ::munmap(mapped + head + size, huge_page - head);
    return mapped + head;
}

std::byte* map_anonymous(std::uint64_t size, bool huge_pages)
{
    std::byte* const memory = map_aligned(size);
    if (huge_pages)
        (void)::madvise(memory, size, MADV_HUGEPAGE); // a host without them still runs the guest
    return memory;
}

std::byte* map_memfd(std::uint64_t size, bool huge_pages)
{
    const int fd = ::memfd_create("guest-memory", MFD_CLOEXEC | (huge_pages ? MFD_HUGETLB | MFD_HUGE_2MB : 0U));
    if (fd < 0)
        throw std::system_error{errno, std::generic_category(), "memfd_create for guest memory"};
    try {
        if (::ftruncate(fd, static_cast<off_t>(size)) != 0)
            throw std::system_error{errno, std::generic_category(), "sizing guest memory"};
        void* const mapped =
            map_or_throw(size, MAP_SHARED | (huge_pages ? 0 : MAP_NORESERVE), fd,
                         huge_pages ? "guest memory in huge pages (see vm.nr_hugepages)" : "guest memory");
        ::close(fd); // the mapping keeps the memory
        return static_cast<std::byte*>(mapped);
    } catch (...) {
        ::close(fd);
        throw;
    }
}

std::uint64_t checked_size(const GuestMemoryOptions& options)
{
    const std::uint64_t unit =
        options.backing == MemoryBacking::memfd && options.huge_pages ? huge_page : page_size.value;
    if (options.size.value == 0 || options.size.value % unit != 0)
        throw std::invalid_argument{
            fmt::format("guest memory of {} bytes is not a positive multiple of {} bytes", options.size.value, unit)};
    return options.size.value;
}

} // namespace

GuestMemoryError::GuestMemoryError(GuestAddress address, Bytes size)
    : std::out_of_range{fmt::format("{:#x} bytes at guest address {:#x} are not all RAM", size.value, address.value)},
      address_{address},
      size_{size}
{}

GuestMemory::GuestMemory(const GuestMemoryOptions& options) : size_{checked_size(options)}
{
    regions_.reserve(2);
    const std::uint64_t size = size_.value;
    std::byte* const memory = options.backing == MemoryBacking::memfd ? map_memfd(size, options.huge_pages)
                                                                      : map_anonymous(size, options.huge_pages);
    const std::uint64_t low = std::min(size, hole_begin.value);
    regions_.push_back({GuestAddress{0}, {memory, low}});
    if (size > low)
        regions_.push_back({hole_end, {memory + low, size - low}});
}

GuestMemory::~GuestMemory() { ::munmap(regions_.front().host.data(), size_.value); } // one mapping holds both regions

std::optional<std::span<std::byte>> GuestMemory::find(GuestAddress address, Bytes size) const
{
    for (const Region& region : regions_) {
        if (address < region.base)
            continue;
        const std::uint64_t offset = (address - region.base).value;
        if (offset <= region.host.size() && size.value <= region.host.size() - offset)
            return region.host.subspan(offset, size.value);
    }
    return std::nullopt;
}

std::span<std::byte> GuestMemory::span(GuestAddress address, Bytes size) const
{
    if (const auto found = find(address, size))
        return *found;
    throw GuestMemoryError{address, size};
}

void GuestMemory::read(GuestAddress address, std::span<std::byte> out) const
{
    const auto from = span(address, Bytes{out.size()});
    if (!out.empty())
        std::memcpy(out.data(), from.data(), out.size());
}

void GuestMemory::write(GuestAddress address, std::span<const std::byte> in) const
{
    const auto to = span(address, Bytes{in.size()});
    if (!in.empty())
        std::memcpy(to.data(), in.data(), in.size());
}

void GuestMemory::fill(GuestAddress address, Bytes size, std::byte value) const
{
    const auto to = span(address, size);
    if (!to.empty())
        std::memset(to.data(), std::to_integer<int>(value), to.size());
}

} // namespace vitrine
