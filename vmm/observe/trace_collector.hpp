#pragma once

#include "abi/trace.hpp"
#include "vmm/machine/guest_memory.hpp"
#include "vmm/observe/trace_record.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace vitrine {

/// Empties the guest's trace rings (abi/trace.hpp) and hands the records on. Whatever the guest writes into them is
/// checked: a position that cannot be, or a record that is none, makes the ring start afresh at its head, and is
/// counted and reported once for each ring.
///
/// A ring is drained by one thread at a time, several rings at once. Nothing is allocated while draining.
class TraceCollector {
public:
    /// A complaint in words, for a person. Called on any thread, at most once for each ring.
    using Complain = std::function<void(std::string)>;

    /// vCPU n's ring is at rings + n * ring_size, header included. `memory` and the consumers must outlive this; the
    /// consumers are called in turn. Throws GuestMemoryError when the rings are not in RAM, std::invalid_argument when
    /// their size or place is not one that abi::TraceArea allows.
    TraceCollector(const GuestMemory& memory, GuestAddress rings, Bytes ring_size, unsigned cpus,
                   std::vector<TraceConsumer*> consumers = {}, Complain complain = {});

    /// Takes all that ring `cpu` holds now. A `cpu` that has no ring, which a guest may name, is ignored.
    void drain(std::uint64_t cpu);
    /// For the end of a run.
    void drain_all();

    unsigned cpus() const { return static_cast<unsigned>(rings_.size()); }
    /// Records of `event` drained so far.
    std::uint64_t count(abi::TraceEvent event) const;
    /// The same by its name; 0 for an unknown one.
    std::uint64_t count(std::string_view event) const;
    std::vector<TraceLosses> losses() const;

private:
    static constexpr std::size_t event_count = static_cast<std::size_t>(abi::TraceEvent::count);
    static constexpr std::size_t batch_size = 128;

    struct Ring {
        GuestAddress header;
        mutable std::mutex mutex; ///< guards all below; taken before the consumers' locks
        std::uint64_t tail = 0;   ///< ours; the header's copy is for the guest
        TraceLosses losses;
        std::vector<std::byte> bytes;  ///< a copy of what is being taken
        std::vector<TraceEntry> batch; ///< decoded, not yet handed on
    };

    Bytes capacity() const { return {ring_size_.value - sizeof(abi::TraceRingHeader)}; }
    void copy_out(Ring& ring, std::uint64_t size) const;
    void decode(Ring& ring);
    void hand_on(Ring& ring);
    template <typename Describe>
    void malformed(Ring& ring, Describe describe);

    const GuestMemory& memory_;
    Bytes ring_size_;
    std::vector<TraceConsumer*> consumers_;
    Complain complain_;
    std::vector<std::unique_ptr<Ring>> rings_;
    std::array<unsigned, event_count> words_{}; ///< of each event's records
    std::array<std::atomic<std::uint64_t>, event_count> counts_{};
};

} // namespace vitrine
