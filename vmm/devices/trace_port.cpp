#include "vmm/devices/trace_port.hpp"

#include "vmm/devices/little_endian.hpp"

namespace vitrine {

void TracePort::write(std::uint64_t offset, std::span<const std::byte> data)
{
    if (offset == 0)
        collector_.drain(load_little_endian(data));
}

} // namespace vitrine
