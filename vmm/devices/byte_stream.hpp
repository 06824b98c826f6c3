#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

namespace vitrine {

/// Where a console device's output goes. Safe from any thread.
class OutputSink {
public:
    virtual ~OutputSink() = default;
    /// Takes all of `bytes`. It may wait while the host's reader is slower than the guest, as a wire would.
    virtual void write(std::string_view bytes) = 0;
};

/// A console device that takes input when the guest has made room for it.
class InputReceiver {
public:
    virtual ~InputReceiver() = default;
    /// Takes as many of `bytes` as there is room for and says how many. Event-loop thread.
    virtual std::size_t receive(std::string_view bytes) = 0;
    /// Who is told, on any thread, that there is room again after receive() could not take all. Set before the first
    /// vCPU starts.
    virtual void on_room(std::function<void()> callback) = 0;
};

} // namespace vitrine
