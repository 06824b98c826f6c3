#include "vmm/machine/trace_session.hpp"

#include "abi/ports.hpp"
#include "vmm/observe/trace_schema.hpp"

#include <cerrno>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace vitrine {

namespace {

int duplicate(int descriptor)
{
    const int copy = ::dup(descriptor);
    if (copy < 0)
        throw std::system_error{errno, std::generic_category(), "dup"};
    return copy;
}

} // namespace

void request_trace(const TraceConfig& trace, MachineFacts& facts)
{
    if (trace.channel == TraceChannelChoice::off)
        return;
    facts.trace_ring_size = trace.ring_size;
    facts.trace_channel = trace.channel == TraceChannelChoice::exit ? abi::TraceChannel::exit : abi::TraceChannel::ring;
    facts.trace_enabled = trace_event_mask(trace.events);
}

TraceSession::TraceSession(const MachineConfig& config, const GuestMemory& memory, GuestAddress rings,
                           std::uint64_t tsc_khz, Vm& vm, boost::asio::io_context& loop)
    : tsc_khz_{tsc_khz},
      writer_{config.trace.output.empty() ? std::optional<TraceWriter>{}
                                          : std::optional<TraceWriter>{std::in_place, config.trace.output, tsc_khz}},
      collector_{memory,      rings,       config.trace.ring_size,
                 config.cpus, consumers(), [this](std::string complaint) { complain(std::move(complaint)); }}
{
    if (config.trace.channel == TraceChannelChoice::ring) {
        for (unsigned cpu = 0; cpu < config.cpus; ++cpu)
            add_doorbell(cpu, vm, loop);
    }
}

TraceSession::Doorbell::Doorbell(boost::asio::io_context& loop) : wait{loop, duplicate(event.get())} {}

std::vector<TraceConsumer*> TraceSession::consumers()
{
    std::vector<TraceConsumer*> all{&boot_};
    if (writer_)
        all.push_back(&*writer_);
    return all;
}

void TraceSession::add_doorbell(unsigned cpu, Vm& vm, boost::asio::io_context& loop)
{
    Doorbell& doorbell = doorbells_.emplace_back(loop);
    vm.attach_ioeventfd(doorbell.event.get(), {.space = IoEvent::Space::port,
                                               .address = abi::trace_doorbell_port,
                                               .size = sizeof(std::uint32_t),
                                               .value = cpu});
    await(doorbell, cpu);
}

void TraceSession::await(Doorbell& doorbell, unsigned cpu)
{
    doorbell.wait.async_wait(boost::asio::posix::descriptor_base::wait_read,
                             [this, &doorbell, cpu](const boost::system::error_code& error) {
                                 if (error)
                                     return;
                                 doorbell.event.take();
                                 collector_.drain(cpu);
                                 await(doorbell, cpu);
                             });
}

void TraceSession::complain(std::string complaint)
{
    const std::lock_guard lock{mutex_};
    complaints_.push_back(std::move(complaint));
}

void TraceSession::finish()
{
    collector_.drain_all();
    if (!writer_)
        return;
    if (auto error = writer_->finish(collector_.losses()))
        complain(std::move(*error));
}

TraceSummary TraceSession::summary() const
{
    TraceSummary summary;
    for (const TraceEventSchema& event : trace_schema())
        summary.counts[event.name] = collector_.count(event.name);
    summary.losses = collector_.losses();
    summary.boot_chart = boot_chart(trace_schema(), boot_.entries(), tsc_khz_);
    const std::lock_guard lock{mutex_};
    summary.complaints = complaints_;
    return summary;
}

} // namespace vitrine
