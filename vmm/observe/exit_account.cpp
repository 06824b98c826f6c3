#include "vmm/observe/exit_account.hpp"

#include <new>

namespace vitrine {
namespace {

std::chrono::nanoseconds duration(double cycles, double nanoseconds_per_cycle)
{
    return std::chrono::nanoseconds{static_cast<std::int64_t>(cycles * nanoseconds_per_cycle)};
}

DurationSummary summary_of(const Histogram& histogram, double scale)
{
    if (histogram.count() == 0)
        return {};
    const auto as_time = [scale](std::uint64_t cycles) { return duration(static_cast<double>(cycles), scale); };
    const double mean = static_cast<double>(histogram.total()) / static_cast<double>(histogram.count());
    return {.count = histogram.count(),
            .total = as_time(histogram.total()),
            .min = as_time(histogram.min()),
            .mean = duration(mean, scale),
            .p50 = as_time(histogram.quantile(0.50)),
            .p99 = as_time(histogram.quantile(0.99)),
            .max = as_time(histogram.max())};
}

} // namespace

ExitAccount::ExitAccount() : rows_{static_cast<Row*>(std::calloc(max_rows, sizeof(Row)))}
{
    if (!rows_)
        throw std::bad_alloc{};
}

std::size_t ExitAccount::row_of(ExitKey key)
{
    constexpr std::uint64_t golden_ratio = 0x9e37'79b9'7f4a'7c15; // Fibonacci hashing: Knuth, TAOCP vol. 3, §6.4
    constexpr unsigned shift = 64 - std::countr_zero(slots);
    for (std::size_t i = (key.packed() * golden_ratio) >> shift;; i = (i + 1) % slots) {
        Slot& slot = slots_[i];
        if (slot.row_plus_one == 0) [[unlikely]]
            return add_row(slot, key);
        if (slot.key == key)
            return slot.row_plus_one - 1U;
    }
}

std::size_t ExitAccount::add_row(Slot& slot, ExitKey key)
{
    if (rows_in_use_ == other_row) {
        rows_[other_row].key = ExitKey{ExitReason::other};
        return other_row;
    }
    slot = {key, static_cast<std::uint16_t>(rows_in_use_ + 1)};
    rows_[rows_in_use_].key = key;
    return rows_in_use_++;
}

std::vector<ExitRow> ExitAccount::rows(unsigned cpu, const DeviceNames& names, double nanoseconds_per_cycle) const
{
    std::vector<ExitRow> result;
    const auto add = [&](const Row& row) {
        result.push_back({.cpu = cpu,
                          .reason = name_of(row.key.reason()),
                          .detail = detail_of(row.key, names),
                          .root = summary_of(row.root, nanoseconds_per_cycle),
                          .non_root = summary_of(row.non_root, nanoseconds_per_cycle)});
    };
    for (std::size_t i = 0; i < rows_in_use_; ++i) // not all of them: unused rows are pages never touched
        add(rows_[i]);
    if (rows_[other_row].non_root.count() != 0)
        add(rows_[other_row]);
    return result;
}

} // namespace vitrine
