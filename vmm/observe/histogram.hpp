#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace vitrine {

/// A log-linear histogram of 64-bit values, as HdrHistogram's: each power of two is cut into 16 equal buckets, so that
/// a percentile is off by at most 1/32, at any magnitude. Values from 2^40 on share the last bucket; minimum, maximum
/// and total are exact. All zero bytes are an empty histogram.
class Histogram {
public:
    static constexpr unsigned sub_bucket_bits = 4;
    static constexpr unsigned value_bits = 40;
    static constexpr std::size_t sub_buckets = 1U << sub_bucket_bits;
    static constexpr std::size_t buckets = (value_bits - sub_bucket_bits + 1) * sub_buckets;

    void record(std::uint64_t value)
    {
        min_ = count_ == 0 ? value : std::min(min_, value);
        max_ = std::max(max_, value);
        total_ += value;
        ++count_;
        ++counts_[bucket_of(value)];
    }

    std::uint64_t count() const { return count_; }
    std::uint64_t total() const { return total_; }
    std::uint64_t min() const { return min_; }
    std::uint64_t max() const { return max_; }

    /// The value that `fraction` (0 to 1) of all values do not exceed: the middle of its bucket, within [min, max].
    std::uint64_t quantile(double fraction) const
    {
        const auto rank = static_cast<std::uint64_t>(fraction * static_cast<double>(count_));
        std::uint64_t seen = 0;
        for (std::size_t bucket = 0; bucket < buckets; ++bucket) {
            seen += counts_[bucket];
            if (seen > rank)
                return bucket == buckets - 1 ? max_ : std::clamp(middle_of(bucket), min_, max_);
        }
        return max_;
    }

    static constexpr std::size_t bucket_of(std::uint64_t value)
    {
        if (value < sub_buckets)
            return static_cast<std::size_t>(value);
        const unsigned shift = static_cast<unsigned>(std::bit_width(value)) - sub_bucket_bits - 1;
        const std::size_t bucket = (shift + 1) * sub_buckets + ((value >> shift) & (sub_buckets - 1));
        return std::min(bucket, buckets - 1);
    }

    /// The middle of a bucket's range.
    static constexpr std::uint64_t middle_of(std::size_t bucket)
    {
        if (bucket < sub_buckets)
            return bucket;
        const std::size_t shift = bucket / sub_buckets - 1;
        const std::uint64_t low = (sub_buckets + bucket % sub_buckets) << shift;
        return low + ((std::uint64_t{1} << shift) - 1) / 2;
    }

private:
    std::uint64_t count_;
    std::uint64_t total_;
    std::uint64_t min_;
    std::uint64_t max_;
    std::array<std::uint64_t, buckets> counts_;
};

} // namespace vitrine
