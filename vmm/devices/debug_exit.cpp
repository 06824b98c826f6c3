#include "vmm/devices/debug_exit.hpp"

#include "vmm/devices/little_endian.hpp"

#include <fmt/format.h>

namespace vitrine {

void DebugExit::write(std::uint64_t, std::span<const std::byte> data)
{
    const std::uint64_t value = load_little_endian(data);
    const auto status = static_cast<std::uint8_t>(value << 1 | 1);
    machine_.end(Ending::guest_exit, status,
                 fmt::format("the guest wrote {} to the debug exit: status {}", value, status));
}

} // namespace vitrine
