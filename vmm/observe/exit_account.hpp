#pragma once

#include "vmm/observe/exit_key.hpp"
#include "vmm/observe/exit_statistics.hpp"
#include "vmm/observe/histogram.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

namespace vitrine {

/// What one vCPU's exits were and how long they took. Written by that vCPU's thread alone, twice an exit; read when
/// the thread has stopped or is paused. No lock and no allocation: keys find their row through a fixed hash table, and
/// keys beyond its capacity, which a hostile guest can make up, share one row.
///
/// Every return of KVM_RUN is recorded exactly once: returns() is the sum of the rows' counts.
class ExitAccount {
public:
    static constexpr std::size_t max_rows = 256; ///< the row for all others included

    /// Throws std::bad_alloc.
    ExitAccount();

    /// KVM_RUN, entered at cycle `entered`, returned at `returned`. Opens the root-mode interval of this exit.
    void record(ExitKey key, std::uint64_t entered, std::uint64_t returned)
    {
        Row& row = rows_[row_of(key)];
        row.non_root.record(returned - entered);
        open_ = &row;
        opened_ = returned;
        // Only this thread writes: no read-modify-write needed. The watchdog reads it.
        returns_.store(returns_.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
    }

    /// The vCPU is about to enter the guest again, to pause or to end: closes the root-mode interval.
    void close(std::uint64_t now)
    {
        if (open_ == nullptr)
            return;
        open_->root.record(now - opened_);
        open_ = nullptr;
    }

    /// How often KVM_RUN returned. Safe from any thread.
    std::uint64_t returns() const { return returns_.load(std::memory_order_relaxed); }

    /// The rows in use, in order of first use.
    std::vector<ExitRow> rows(unsigned cpu, const DeviceNames& names, double nanoseconds_per_cycle) const;

private:
    /// All zero bytes are an empty row: calloc's untouched pages cost nothing.
    struct Row {
        ExitKey key;
        Histogram root;
        Histogram non_root;
    };
    struct Slot {
        ExitKey key;
        std::uint16_t row_plus_one = 0; ///< 0: free
    };
    struct Free {
        void operator()(Row* rows) const { std::free(rows); }
    };
    static constexpr std::size_t slots = 2 * max_rows; ///< never more than half full: probing ends
    static constexpr std::size_t other_row = max_rows - 1;

    std::size_t row_of(ExitKey key);
    std::size_t add_row(Slot& slot, ExitKey key);

    std::unique_ptr<Row[], Free> rows_;
    std::size_t rows_in_use_ = 0; ///< without the other_row
    std::array<Slot, slots> slots_{};
    Row* open_ = nullptr;
    std::uint64_t opened_ = 0;
    std::atomic<std::uint64_t> returns_ = 0;
};

} // namespace vitrine
