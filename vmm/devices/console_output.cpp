#include "vmm/devices/console_output.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <poll.h>
#include <unistd.h>
#include <utility>

namespace vitrine {

ConsoleOutput::ConsoleOutput(boost::asio::io_context& loop, int descriptor, Observer observer)
    : loop_{loop}, descriptor_{descriptor}, observer_{std::move(observer)}, linger_timer_{loop}
{
    if (descriptor_ >= 0)
        writable_.emplace(loop, descriptor_, Direction::output);
    pending_.reserve(capacity);
    outgoing_.reserve(capacity);
}

void ConsoleOutput::write(std::string_view bytes)
{
    std::unique_lock lock{mutex_};
    while (!bytes.empty()) {
        room_.wait(lock, [&] { return pending_.size() < capacity || closed_; });
        const std::size_t count = closed_ ? bytes.size() : std::min(bytes.size(), capacity - pending_.size());
        pending_.append(bytes.substr(0, count));
        bytes.remove_prefix(count);

        const bool hurry = pending_.size() >= capacity / 2 && !hurried_;
        if (!scheduled_ || hurry)
            schedule(hurry);
    }
}

/// Under the lock.
void ConsoleOutput::schedule(bool now)
{
    scheduled_ = true;
    hurried_ = now;
    if (now) {
        boost::asio::post(loop_, [this] { drain(); });
        return;
    }
    boost::asio::post(loop_, [this] {
        if (std::chrono::steady_clock::now() >= taken_ + linger)
            return drain();
        linger_timer_.expires_at(taken_ + linger);
        linger_timer_.async_wait([this](const boost::system::error_code& error) {
            if (!error)
                drain();
        });
    });
}

void ConsoleOutput::drain()
{
    const bool writing = !outgoing_.empty(); // then write_some() goes on by itself
    if (!writing && take())
        write_some();
}

/// Moves what is pending to outgoing_ and shows it to the observer. False when there was nothing.
bool ConsoleOutput::take()
{
    outgoing_.clear();
    written_ = 0;
    taken_ = std::chrono::steady_clock::now();
    {
        const std::lock_guard lock{mutex_};
        std::swap(pending_, outgoing_);
        scheduled_ = !outgoing_.empty();
        hurried_ = false;
    }
    room_.notify_all();
    if (!outgoing_.empty() && observer_)
        observer_(outgoing_);
    if (descriptor_ < 0)
        written_ = outgoing_.size();
    return !outgoing_.empty();
}

/// Writes a piece that cannot block, and comes back when the descriptor is ready for more.
void ConsoleOutput::write_some()
{
    while (written_ == outgoing_.size()) {
        if (!take())
            return;
    }
    writable_->async_wait([this] {
        // A pipe that is ready for writing has room for PIPE_BUF bytes at least.
        const std::size_t count = std::min<std::size_t>(outgoing_.size() - written_, PIPE_BUF);
        const ssize_t result = ::write(descriptor_, outgoing_.data() + written_, count);
        if (result >= 0)
            written_ += static_cast<std::size_t>(result);
        else if (errno != EAGAIN && errno != EINTR)
            give_up();
        write_some();
    });
}

/// The reader is gone. The guest goes on, and so does the observer.
void ConsoleOutput::give_up()
{
    descriptor_ = -1;
    written_ = outgoing_.size();
}

void ConsoleOutput::close()
{
    {
        const std::lock_guard lock{mutex_};
        closed_ = true;
    }
    room_.notify_all();
}

void ConsoleOutput::flush()
{
    linger_timer_.cancel();
    if (writable_)
        writable_->cancel();
    while (written_ < outgoing_.size() || take()) {
        if (descriptor_ < 0)
            continue;
        const ssize_t result = ::write(descriptor_, outgoing_.data() + written_, outgoing_.size() - written_);
        if (result >= 0) {
            written_ += static_cast<std::size_t>(result);
        } else if (errno == EAGAIN) {
            pollfd poll_descriptor{.fd = descriptor_, .events = POLLOUT, .revents = 0};
            ::poll(&poll_descriptor, 1, -1);
        } else if (errno != EINTR) {
            give_up();
        }
    }
}

} // namespace vitrine
