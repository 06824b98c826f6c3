#include "vmm/devices/console_size.hpp"

#include "vmm/devices/little_endian.hpp"

#include <csignal>
#include <sys/ioctl.h>

namespace vitrine {

namespace {

/// As the port shows it; 0: not known.
std::uint32_t size_of(int descriptor)
{
    winsize size{};
    if (::ioctl(descriptor, TIOCGWINSZ, &size) != 0)
        return 0;
    return size.ws_row | std::uint32_t{size.ws_col} << 16;
}

} // namespace

bool ConsoleSize::is_known(int descriptor) { return descriptor >= 0 && size_of(descriptor) != 0; }

ConsoleSize::ConsoleSize(boost::asio::io_context& loop, int descriptor, InterruptLine& interrupt)
    : descriptor_{descriptor}, interrupt_{interrupt}, changes_{loop, SIGWINCH}, size_{size_of(descriptor)}
{
    await_change();
}

void ConsoleSize::read(std::uint64_t offset, std::span<std::byte> data)
{
    store_little_endian(data, size_.load() >> (8 * (offset % port_count)));
}

void ConsoleSize::await_change()
{
    changes_.async_wait([this](const boost::system::error_code& error, int) {
        if (error)
            return;
        look();
        await_change();
    });
}

void ConsoleSize::look()
{
    const std::uint32_t size = size_of(descriptor_);
    if (size_.exchange(size) == size)
        return;
    interrupt_.set_level(true);
    interrupt_.set_level(false);
}

} // namespace vitrine
