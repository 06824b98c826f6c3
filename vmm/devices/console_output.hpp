#pragma once

#include "vmm/devices/byte_stream.hpp"
#include "vmm/devices/readiness.hpp"
#include "vmm/kvm/unique_fd.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace vitrine {

/// The guest's console output on its way to the host. vCPU threads put bytes into a bounded buffer; the event loop
/// writes out the first at once and those that follow together, so that a guest that prints byte by byte does not cost
/// a write(2) for each. When the buffer is full the vCPU waits: nothing is lost and memory does not grow. A slow reader
/// never blocks the event loop.
///
/// At the end of a run: close(), join the vCPU threads, flush().
class ConsoleOutput final : public OutputSink {
public:
    using Observer = std::function<void(std::string_view)>;

    static constexpr std::size_t capacity = 64 << 10;
    /// How long a byte that soon follows others may wait for company. Below what a person sees.
    static constexpr std::chrono::milliseconds linger{1};

    /// `descriptor` is not owned; -1: bytes go to the observer alone. The observer, which may be empty, is called on
    /// the event-loop thread with each piece. Throws std::system_error.
    ConsoleOutput(boost::asio::io_context& loop, int descriptor, Observer observer);

    void write(std::string_view bytes) override;

    /// When the first byte came; nothing while there is none. Any thread.
    std::optional<std::chrono::steady_clock::time_point> first_write() const;

    /// From now on write() does not wait: the vCPUs are being stopped, and the little that still comes is kept beyond
    /// the bound. Any thread.
    void close();

    /// Writes out all there is. For when the event loop has ended. It waits for the reader as long as it takes; with
    /// `patience`, no longer than that for each piece, and gives up then.
    void flush(std::optional<std::chrono::milliseconds> patience = {});

private:
    void schedule(bool now);
    void drain();
    bool take();
    void write_some();
    void write_piece();
    void give_up();

    boost::asio::io_context& loop_;
    UniqueFd terminal_; ///< what descriptor_ is when that is a terminal
    int descriptor_;
    Observer observer_;

    mutable std::mutex mutex_; ///< guards these six; a leaf: no other lock is taken under it
    std::condition_variable room_;
    std::optional<std::chrono::steady_clock::time_point> first_write_;
    std::string pending_;
    bool scheduled_ = false; ///< the event loop will come for pending_
    bool hurried_ = false;   ///< ... without lingering
    bool closed_ = false;

    // Event-loop thread only.
    boost::asio::steady_timer linger_timer_;
    std::optional<Readiness> writable_;
    std::chrono::steady_clock::time_point taken_; ///< when pending_ was last taken
    std::string outgoing_;                        ///< taken from pending_, being written
    std::size_t written_ = 0;                     ///< of outgoing_
};

} // namespace vitrine
