#include "vmm/observe/trace_collector.hpp"

#include "vmm/observe/trace_schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <stdexcept>
#include <utility>

namespace vitrine {

namespace {

constexpr std::uint64_t word = sizeof(std::uint64_t);

GuestAddress field(GuestAddress header, std::size_t offset) { return header + Bytes{offset}; }

GuestAddress head_of(GuestAddress header) { return field(header, offsetof(abi::TraceRingHeader, head)); }
GuestAddress tail_of(GuestAddress header) { return field(header, offsetof(abi::TraceRingHeader, tail)); }
GuestAddress dropped_of(GuestAddress header) { return field(header, offsetof(abi::TraceRingHeader, dropped)); }

} // namespace

TraceCollector::TraceCollector(const GuestMemory& memory, GuestAddress rings, Bytes ring_size, unsigned cpus,
                               std::vector<TraceConsumer*> consumers, Complain complain)
    : memory_{memory}, ring_size_{ring_size}, consumers_{std::move(consumers)}, complain_{std::move(complain)}
{
    if (ring_size.value <= sizeof(abi::TraceRingHeader) || ring_size.value % word != 0 || rings.value % word != 0)
        throw std::invalid_argument{"trace rings must be aligned and larger than their headers"};
    for (std::size_t event = 0; event < event_count; ++event)
        words_[event] = trace_schema()[event].words();
    for (unsigned cpu = 0; cpu < cpus; ++cpu) {
        auto ring = std::make_unique<Ring>();
        ring->header = rings + Bytes{cpu * ring_size.value};
        static_cast<void>(memory.span(ring->header, ring_size)); // throws unless it is RAM: never again later
        ring->losses.cpu = cpu;
        ring->bytes.reserve(capacity().value);
        ring->batch.reserve(batch_size);
        rings_.push_back(std::move(ring));
    }
}

/// Counts it; the ring's first is put into words.
template <typename Describe>
void TraceCollector::malformed(Ring& ring, Describe describe)
{
    const bool first = ring.losses.malformed++ == 0;
    if (first && complain_)
        complain_(fmt::format("vCPU {}'s trace ring is corrupt: {}", ring.losses.cpu, describe()));
}

void TraceCollector::drain(std::uint64_t cpu)
{
    if (cpu >= rings_.size())
        return;
    Ring& ring = *rings_[cpu];
    const std::lock_guard lock{ring.mutex};

    const auto head = memory_.load_acquire<std::uint64_t>(head_of(ring.header)); // pairs with the guest's release
    ring.losses.dropped = memory_.load_acquire<std::uint64_t>(dropped_of(ring.header));
    const std::uint64_t size = head - ring.tail;
    if (size > capacity().value || size % word != 0) {
        malformed(ring, [&] { return fmt::format("its head went from {} to {}", ring.tail, head); });
        ring.bytes.clear();
    } else {
        copy_out(ring, size);
    }
    ring.tail = head - head % word;                         // aligned, whatever the guest says
    memory_.store_release(tail_of(ring.header), ring.tail); // pairs with the guest's acquire
    decode(ring);
}

/// Copies `size` bytes from the tail on into ring.bytes, around the ring's end.
void TraceCollector::copy_out(Ring& ring, std::uint64_t size) const
{
    ring.bytes.resize(size); // reserved long ago
    const GuestAddress data = ring.header + Bytes{sizeof(abi::TraceRingHeader)};
    const std::uint64_t begin = ring.tail % capacity().value;
    const std::uint64_t first = std::min(size, capacity().value - begin);
    const std::span<std::byte> out{ring.bytes};
    memory_.read(data + Bytes{begin}, out.first(first));
    memory_.read(data, out.subspan(first));
}

void TraceCollector::decode(Ring& ring)
{
    std::span<const std::byte> rest{ring.bytes};
    while (!rest.empty()) {
        std::optional<TraceEntry> entry = take_record(rest);
        if (!entry) {
            malformed(ring, [] { return "a record is longer than a record may be, or cut off"; });
            break; // where the next one begins is anyone's guess
        }
        const std::size_t event = entry->record.event;
        if (event >= event_count || entry->record.words != words_[event]) {
            malformed(ring,
                      [&] { return fmt::format("there is no event {} of {} words", event, entry->record.words); });
            continue;
        }
        entry->record.cpu = static_cast<std::uint8_t>(ring.losses.cpu); // the ring says whose it is
        counts_[event].fetch_add(1, std::memory_order_relaxed);
        ring.batch.push_back(*entry);
        if (ring.batch.size() == batch_size)
            hand_on(ring);
    }
    hand_on(ring);
}

void TraceCollector::hand_on(Ring& ring)
{
    if (!ring.batch.empty()) {
        for (TraceConsumer* consumer : consumers_)
            consumer->consume(ring.batch);
    }
    ring.batch.clear();
}

void TraceCollector::drain_all()
{
    for (unsigned cpu = 0; cpu < cpus(); ++cpu)
        drain(cpu);
}

std::uint64_t TraceCollector::count(abi::TraceEvent event) const
{
    const auto index = static_cast<std::size_t>(event);
    return index < event_count ? counts_[index].load(std::memory_order_relaxed) : 0;
}

std::uint64_t TraceCollector::count(std::string_view event) const
{
    const TraceSchema& schema = trace_schema();
    const auto found = std::find_if(schema.begin(), schema.end(), [&](const auto& each) { return each.name == event; });
    return count(static_cast<abi::TraceEvent>(found - schema.begin()));
}

std::vector<TraceLosses> TraceCollector::losses() const
{
    std::vector<TraceLosses> all;
    for (const auto& ring : rings_) {
        const std::lock_guard lock{ring->mutex};
        all.push_back(ring->losses);
    }
    return all;
}

} // namespace vitrine
