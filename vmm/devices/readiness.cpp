#include "vmm/devices/readiness.hpp"

#include <boost/asio/post.hpp>

#include <cerrno>
#include <sys/epoll.h>
#include <system_error>
#include <utility>

namespace vitrine {

Readiness::Readiness(boost::asio::io_context& loop, int descriptor, Direction direction) : loop_{loop}, epoll_{loop}
{
    const int epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll < 0)
        throw std::system_error{errno, std::generic_category(), "epoll_create1"};
    epoll_.assign(epoll);

    epoll_event event{};
    event.events = direction == Direction::input ? EPOLLIN : EPOLLOUT;
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) == 0)
        return;
    if (errno != EPERM) // EPERM: a file that is always ready
        throw std::system_error{errno, std::generic_category(), "epoll_ctl"};
    epoll_.close();
}

void Readiness::async_wait(std::function<void()> handler)
{
    waiter_ = std::make_shared<std::function<void()>>(std::move(handler));
    auto run = [waiter = std::weak_ptr{waiter_}](const boost::system::error_code& = {}) {
        if (const auto found = waiter.lock())
            (*found)();
    };
    if (epoll_.is_open())
        epoll_.async_wait(boost::asio::posix::descriptor_base::wait_read, std::move(run));
    else
        boost::asio::post(loop_, std::move(run));
}

void Readiness::cancel()
{
    waiter_.reset();
    if (epoll_.is_open())
        epoll_.cancel();
}

} // namespace vitrine
