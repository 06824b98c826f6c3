#pragma once

#include "vmm/devices/byte_stream.hpp"
#include "vmm/devices/escape_filter.hpp"
#include "vmm/devices/raw_terminal.hpp"
#include "vmm/devices/readiness.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <string>

namespace vitrine {

/// The host's end of the guest's console input: reads a descriptor as fast as the guest takes bytes and no faster, so
/// what does not fit stays in the host's pipe. A terminal is made raw, and Ctrl-A commands are obeyed:
/// Ctrl-A X quits, Ctrl-A Ctrl-A sends Ctrl-A, Ctrl-A H prints help on stderr. Files, pipes, /dev/null and the end of
/// the input are all fine.
///
/// Event-loop thread only. The receiver's threads must have ended before this is destroyed.
class ConsoleInput {
public:
    /// How much is read ahead of the guest, so that Ctrl-A X works while the guest does not listen.
    static constexpr std::size_t capacity = 4096;

    /// Begins to read. `descriptor` is not owned; `quit` is called when the user asks for it. Throws std::system_error.
    ConsoleInput(boost::asio::io_context& loop, int descriptor, InputReceiver& receiver, std::function<void()> quit);

    /// Reads no more. The event loop is then not kept busy by this.
    void stop();

private:
    void await_input();
    void read();
    void accept(char byte);
    void forward();

    int descriptor_;
    InputReceiver& receiver_;
    std::function<void()> quit_;
    RawTerminal terminal_;
    EscapeFilter escapes_;
    Readiness readable_;
    std::string pending_; ///< read, not yet taken by the guest
    bool waiting_ = false;
    bool ended_ = false;
};

} // namespace vitrine
