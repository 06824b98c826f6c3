#include "vmm/kvm/event_fd.hpp"

#include <cerrno>
#include <sys/eventfd.h>
#include <system_error>

namespace vitrine {

EventFd::EventFd() : fd_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)}
{
    if (!fd_)
        throw std::system_error{errno, std::generic_category(), "eventfd"};
}

void EventFd::signal() const { (void)::eventfd_write(get(), 1); } // fails only when it is signalled 2^64 times already

std::uint64_t EventFd::take() const
{
    eventfd_t value = 0;
    return ::eventfd_read(get(), &value) == 0 ? value : 0;
}

} // namespace vitrine
