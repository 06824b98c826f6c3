#include "vmm/devices/console_output.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>
#include <utility>

namespace vitrine {

namespace {

/// A terminal that is ready may still make a write wait when nobody reads the other end: it promises no more than a
/// byte. So we write to it through an open file of our own, which may be non-blocking. Nothing for what is no terminal.
UniqueFd reopen_terminal(int descriptor)
{
    if (descriptor < 0 || ::isatty(descriptor) == 0)
        return {};
    const std::string path = "/proc/self/fd/" + std::to_string(descriptor);
    return UniqueFd{::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)};
}

} // namespace

ConsoleOutput::ConsoleOutput(boost::asio::io_context& loop, int descriptor, Observer observer)
    : loop_{loop},
      terminal_{reopen_terminal(descriptor)},
      descriptor_{terminal_ ? terminal_.get() : descriptor},
      observer_{std::move(observer)},
      linger_timer_{loop}
{
    if (descriptor_ >= 0)
        writable_.emplace(loop, descriptor_, Direction::output);
    pending_.reserve(capacity);
    outgoing_.reserve(capacity);
}

void ConsoleOutput::write(std::string_view bytes)
{
    std::unique_lock lock{mutex_};
    if (!first_write_)
        first_write_ = std::chrono::steady_clock::now();
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

std::optional<std::chrono::steady_clock::time_point> ConsoleOutput::first_write() const
{
    const std::lock_guard lock{mutex_};
    return first_write_;
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

/// Writes a piece, and comes back when the descriptor is ready for more.
void ConsoleOutput::write_some()
{
    while (written_ == outgoing_.size()) {
        if (!take())
            return;
    }
    writable_->async_wait([this] {
        write_piece();
        write_some();
    });
}

/// To a descriptor that is ready, and so does not block: a pipe then has room for PIPE_BUF bytes at least.
void ConsoleOutput::write_piece()
{
    const std::size_t count = std::min<std::size_t>(outgoing_.size() - written_, PIPE_BUF);
    const ssize_t result = ::write(descriptor_, outgoing_.data() + written_, count);
    if (result >= 0)
        written_ += static_cast<std::size_t>(result);
    else if (errno != EAGAIN && errno != EINTR)
        give_up();
}

/// The reader is gone, or does not read. The guest goes on, and so does the observer.
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

void ConsoleOutput::flush(std::optional<std::chrono::milliseconds> patience)
{
    linger_timer_.cancel();
    if (writable_)
        writable_->cancel();
    const int limit = patience ? static_cast<int>(patience->count()) : -1;
    while (written_ < outgoing_.size() || take()) {
        if (descriptor_ < 0)
            continue;
        pollfd ready{.fd = descriptor_, .events = POLLOUT, .revents = 0};
        const int count = ::poll(&ready, 1, limit);
        if (count == 0)
            give_up();
        else if (count > 0)
            write_piece();
    }
}

} // namespace vitrine
