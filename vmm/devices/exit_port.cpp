#include "vmm/devices/exit_port.hpp"

#include <fmt/format.h>

namespace vitrine {

void ExitPort::write(std::uint64_t offset, std::span<const std::byte> data)
{
    if (offset != 0 || data.empty())
        return;
    const auto status = std::to_integer<std::uint8_t>(data[0]);
    machine_.end(Ending::guest_exit, status, fmt::format("the guest exited with status {}", status));
}

} // namespace vitrine
