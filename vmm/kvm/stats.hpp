#pragma once

#include "vmm/kvm/unique_fd.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace vitrine {

/// One counter that KVM keeps.
struct KvmStat {
    std::string name; ///< as in debugfs: exits, io_exits, halt_exits, ...
    std::uint64_t value = 0;
};

/// What KVM itself counted for a VM or a vCPU: the binary statistics interface of Linux 5.14.
/// Documentation/virt/kvm/api.rst §4.133 KVM_GET_STATS_FD. Single values only; KVM's own histograms are left out.
class StatsReader {
public:
    /// `fd` comes from KVM_GET_STATS_FD. Reads the descriptors. Throws KvmError.
    explicit StatsReader(UniqueFd fd);

    /// The present values, in KVM's order. Safe while the guest runs. Throws KvmError.
    std::vector<KvmStat> read() const;

private:
    struct Descriptor {
        std::string name;
        std::size_t index; ///< of its 64-bit word in the data block
    };

    UniqueFd fd_;
    std::vector<Descriptor> descriptors_;
    std::int64_t data_offset_ = 0;
    std::size_t words_ = 0;
};

} // namespace vitrine
