#pragma once

#include "vmm/machine/bus.hpp"
#include "vmm/machine/interrupt_line.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <atomic>
#include <cstdint>

namespace vitrine {

/// The size of the host's terminal, at abi::console_size_port, for guests whose console is on it: a 16550 has no way to
/// tell. SIGWINCH, which we get when the terminal has another size, becomes an interrupt.
class ConsoleSize final : public BusDevice {
public:
    static constexpr std::uint64_t port_count = 4;
    static constexpr unsigned gsi = 5; ///< a second printer's on PCs, which we have not

    /// The descriptor is a terminal, and has a size.
    static bool is_known(int descriptor);

    /// All must outlive the device; the descriptor is not owned.
    ConsoleSize(boost::asio::io_context& loop, int descriptor, InterruptLine& interrupt);

    std::string_view name() const override { return "console-size"; }
    void read(std::uint64_t offset, std::span<std::byte> data) override;
    void write(std::uint64_t, std::span<const std::byte>) override {}

private:
    void await_change();
    void look();

    int descriptor_;
    InterruptLine& interrupt_;
    boost::asio::signal_set changes_;
    std::atomic<std::uint32_t> size_; ///< written by the event loop, read by vCPUs
};

} // namespace vitrine
