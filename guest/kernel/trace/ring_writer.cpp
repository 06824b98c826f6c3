#include "kernel/trace/ring_writer.hpp"

namespace trace {
namespace {

constexpr u64 word_size = sizeof(u64);

} // namespace

RingWriter::RingWriter(vitrine::abi::TraceRingHeader* header, u64 bytes)
    : header_{header}, words_{reinterpret_cast<u64*>(header + 1)}, capacity_{(bytes - sizeof *header) / word_size}
{}

RingWriter::Written RingWriter::write(vitrine::abi::TraceRecord record, std::span<const u64> fields)
{
    constexpr u64 record_words = sizeof record / word_size;
    // Acquire, with the release by which the VMM gives room back: it has read what we are going to overwrite.
    const u64 tail = __atomic_load_n(&header_->tail, __ATOMIC_ACQUIRE) / word_size;
    const u64 needed = record_words + fields.size();
    const u64 used = head_ - tail;
    if (used + needed > capacity_) {
        __atomic_store_n(&header_->dropped, header_->dropped + 1, __ATOMIC_RELAXED);
        return Written::dropped;
    }

    record.words = static_cast<u8>(fields.size());
    u64 record_as_words[record_words];
    __builtin_memcpy(record_as_words, &record, sizeof record);
    for (const u64 word : record_as_words)
        put(word);
    for (const u64 word : fields)
        put(word);
    head_ += needed;
    // Release, with the VMM's acquire: it sees whole records only.
    __atomic_store_n(&header_->head, head_ * word_size, __ATOMIC_RELEASE);

    const u64 half = capacity_ / 2;
    if (used + needed < half || head_ - reported_ < half)
        return Written::stored;
    reported_ = head_;
    return Written::half_full;
}

void RingWriter::put(u64 word)
{
    words_[next_] = word;
    if (++next_ == capacity_)
        next_ = 0;
}

} // namespace trace
