#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <functional>
#include <memory>

namespace vitrine {

enum class Direction { input, output };

/// Waits on the event loop until a descriptor can be read or written, without owning it and without making it
/// non-blocking: O_NONBLOCK belongs to the open file, which we share with the shell that started us and with our own
/// stderr, and Asio would set it. So Asio is given an epoll descriptor of ours that watches the real one.
/// Regular files and /dev/null, which cannot be polled, are always ready. Event-loop thread only.
class Readiness {
public:
    /// Throws std::system_error.
    Readiness(boost::asio::io_context& loop, int descriptor, Direction direction);

    /// Calls `handler` once, later, from the event loop. One wait at a time. Not called after cancel() or destruction,
    /// as long as the loop is not run by another thread at that moment.
    void async_wait(std::function<void()> handler);
    void cancel();

private:
    boost::asio::io_context& loop_;
    boost::asio::posix::stream_descriptor epoll_; ///< closed: always ready
    /// What the pending handler finds: gone once it was cancelled.
    std::shared_ptr<std::function<void()>> waiter_;
};

} // namespace vitrine
