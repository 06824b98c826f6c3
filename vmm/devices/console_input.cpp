#include "vmm/devices/console_input.hpp"

#include <boost/asio/post.hpp>

#include <array>
#include <cerrno>
#include <cstdio>
#include <unistd.h>
#include <utility>

namespace vitrine {

ConsoleInput::ConsoleInput(boost::asio::io_context& loop, int descriptor, InputReceiver& receiver,
                           std::function<void()> quit)
    : descriptor_{descriptor},
      receiver_{receiver},
      quit_{std::move(quit)},
      terminal_{descriptor},
      readable_{loop, descriptor, Direction::input}
{
    receiver_.on_room([this, &loop] { boost::asio::post(loop, [this] { forward(); }); });
    await_input();
}

void ConsoleInput::stop()
{
    ended_ = true;
    waiting_ = false;
    readable_.cancel();
}

void ConsoleInput::await_input()
{
    if (ended_ || waiting_ || pending_.size() >= capacity)
        return;
    waiting_ = true;
    readable_.async_wait([this] {
        waiting_ = false;
        read();
    });
}

void ConsoleInput::read()
{
    std::array<char, capacity> buffer;
    const ssize_t count = ::read(descriptor_, buffer.data(), capacity - pending_.size());
    if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) {
        ended_ = true; // the end, or the terminal hung up; the guest simply hears no more
        return;
    }
    for (ssize_t i = 0; i < count; ++i)
        accept(buffer[static_cast<std::size_t>(i)]);
    forward();
}

void ConsoleInput::accept(char byte)
{
    if (!terminal_.active()) {
        pending_ += byte;
        return;
    }
    const EscapeFilter::Result result = escapes_.feed(byte);
    if (result.byte)
        pending_ += *result.byte;
    if (result.command == EscapeFilter::Command::quit)
        quit_();
    if (result.command == EscapeFilter::Command::help)
        std::fputs("\nCtrl-A X  quit\nCtrl-A H  this help\nCtrl-A Ctrl-A  send Ctrl-A to the guest\n", stderr);
}

void ConsoleInput::forward()
{
    if (!pending_.empty())
        pending_.erase(0, receiver_.receive(pending_));
    await_input();
}

} // namespace vitrine
