#pragma once

#include "abi/trace.hpp"

#include "lib/types.hpp"

#include <span>

namespace trace {

/// The guest's end of one trace ring (abi/trace.hpp): header, then records up to the end of the ring. One CPU writes,
/// interrupts masked; the VMM reads at the same time.
class RingWriter {
public:
    RingWriter() = default;
    /// `bytes`: of the ring, header included. The ring is empty.
    RingWriter(vitrine::abi::TraceRingHeader* header, u64 bytes);

    enum class Written {
        dropped, ///< there was no room; it is counted
        stored,
        half_full, ///< stored, and half a ring of records has come together since the last time: ring the doorbell
    };
    /// `record.words` is set from `fields`.
    Written write(vitrine::abi::TraceRecord record, std::span<const u64> fields);

    explicit operator bool() const { return header_ != nullptr; }

private:
    void put(u64 word);

    vitrine::abi::TraceRingHeader* header_ = nullptr;
    u64* words_ = nullptr;
    u64 capacity_ = 0; ///< words
    u64 head_ = 0;     ///< words ever written: header_->head is the same in bytes
    u64 next_ = 0;     ///< head_ modulo the capacity
    u64 reported_ = 0; ///< head_ when half_full was last returned
};

} // namespace trace
