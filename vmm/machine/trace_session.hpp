#pragma once

#include "vmm/boot/load_guest.hpp"
#include "vmm/devices/trace_port.hpp"
#include "vmm/kvm/event_fd.hpp"
#include "vmm/kvm/vm.hpp"
#include "vmm/machine/guest_memory.hpp"
#include "vmm/machine/machine_config.hpp"
#include "vmm/observe/boot_chart.hpp"
#include "vmm/observe/trace_collector.hpp"
#include "vmm/observe/trace_summary.hpp"
#include "vmm/observe/trace_writer.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace vitrine {

/// Adds to `facts` what `trace` asks of the guest; nothing when its channel is off. Throws std::invalid_argument for an
/// event that does not exist.
void request_trace(const TraceConfig& trace, MachineFacts& facts);

/// A machine's trace, once a guest is loaded that has trace rings: it is collected from the rings when the guest rings
/// the trace port or a doorbell, counted, and written to the config's file.
class TraceSession {
public:
    /// `rings` is where load_guest put them. All must outlive this. Throws std::system_error, KvmError.
    TraceSession(const MachineConfig& config, const GuestMemory& memory, GuestAddress rings, std::uint64_t tsc_khz,
                 Vm& vm, boost::asio::io_context& loop);

    /// To be attached at abi::trace_port.
    TracePort& port() { return port_; }

    /// Collects what is left and completes the file. After the last vCPU's thread has ended; once.
    void finish();

    /// Complete after finish().
    TraceSummary summary() const;

private:
    /// A vCPU's ioeventfd, waited for by the event loop.
    struct Doorbell {
        explicit Doorbell(boost::asio::io_context& loop);

        EventFd event;
        boost::asio::posix::stream_descriptor wait;
    };

    std::vector<TraceConsumer*> consumers();
    void add_doorbell(unsigned cpu, Vm& vm, boost::asio::io_context& loop);
    void await(Doorbell& doorbell, unsigned cpu);
    void complain(std::string complaint);

    std::uint64_t tsc_khz_;
    std::optional<TraceWriter> writer_;
    BootRecorder boot_;
    TraceCollector collector_;
    TracePort port_{collector_};
    std::deque<Doorbell> doorbells_;

    mutable std::mutex mutex_; ///< guards complaints_
    std::vector<std::string> complaints_;
};

} // namespace vitrine
