#include "vmm/kvm/stats.hpp"

#include "vmm/kvm/error.hpp"
#include "vmm/kvm/kvm_api.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <span>

namespace vitrine {
namespace {

void read_all(int fd, std::span<std::byte> out, std::int64_t offset)
{
    while (!out.empty()) {
        const ssize_t got = ::pread(fd, out.data(), out.size(), offset);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            throw KvmError{"read of KVM's statistics", got < 0 ? errno : EIO};
        out = out.subspan(static_cast<std::size_t>(got));
        offset += got;
    }
}

bool is_single_value(const kvm_stats_desc& descriptor)
{
    const auto type = descriptor.flags & KVM_STATS_TYPE_MASK;
    return descriptor.size == 1 && type <= KVM_STATS_TYPE_PEAK;
}

} // namespace

StatsReader::StatsReader(UniqueFd fd) : fd_{std::move(fd)}
{
    kvm_stats_header header{};
    read_all(fd_.get(), std::as_writable_bytes(std::span{&header, 1}), 0);

    const std::size_t stride = sizeof(kvm_stats_desc) + header.name_size;
    std::vector<std::byte> block(stride * header.num_desc);
    read_all(fd_.get(), block, header.desc_offset);

    data_offset_ = header.data_offset;
    for (std::size_t i = 0; i < header.num_desc; ++i) {
        const std::byte* const at = block.data() + i * stride;
        kvm_stats_desc descriptor;
        std::memcpy(&descriptor, at, sizeof descriptor);
        if (!is_single_value(descriptor))
            continue;
        const auto* const name = reinterpret_cast<const char*>(at + sizeof descriptor);
        const std::size_t index = descriptor.offset / sizeof(std::uint64_t);
        descriptors_.push_back({std::string{name, ::strnlen(name, header.name_size)}, index});
        words_ = std::max(words_, index + 1);
    }
}

std::vector<KvmStat> StatsReader::read() const
{
    std::vector<std::uint64_t> words(words_);
    read_all(fd_.get(), std::as_writable_bytes(std::span{words}), data_offset_);

    std::vector<KvmStat> stats;
    stats.reserve(descriptors_.size());
    for (const Descriptor& descriptor : descriptors_)
        stats.push_back({descriptor.name, words[descriptor.index]});
    return stats;
}

} // namespace vitrine
