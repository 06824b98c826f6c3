#pragma once

#include "vmm/observe/exit_key.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace vitrine {

/// One exit as the death report shows it.
struct LoggedExit {
    ExitReason reason = ExitReason::unknown;
    bool is_write = false;
    std::uint8_t size = 0;      ///< bytes an element; 0: the exit moved no data
    std::uint32_t count = 1;    ///< elements: more than one for `rep ins` and `rep outs`
    std::uint64_t address = 0;  ///< port, guest-physical address, MSR
    std::uint64_t value = 0;    ///< first element
    std::uint64_t rip = 0;      ///< at the exit
    std::uint64_t returned = 0; ///< cycle at which KVM_RUN returned
};

/// The last exits of one vCPU. Written by its thread, read when that has stopped or is paused.
class ExitLog {
public:
    static constexpr std::size_t capacity = 32;

    /// The entry to fill in: the oldest one's place.
    LoggedExit& next() { return exits_[count_++ % capacity]; }

    /// Oldest first.
    std::vector<LoggedExit> in_order() const
    {
        std::vector<LoggedExit> result;
        for (std::uint64_t i = count_ > capacity ? count_ - capacity : 0; i < count_; ++i)
            result.push_back(exits_[i % capacity]);
        return result;
    }

private:
    std::array<LoggedExit, capacity> exits_{};
    std::uint64_t count_ = 0;
};

} // namespace vitrine
