#pragma once

#include "kernel/time/mult_shift.hpp"
#include "lib/types.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace kernel::time {

/// A counter that time can be told by. Ratings are Linux's (linux/clocksource.h): 1 to 99 for what is no good but for
/// bootstrapping, 100 usable, 200 good, 300 fast and exact, 400 the perfect one.
struct ClockSource {
    std::string_view name;
    int rating = 0;
    u64 (*read)() = nullptr; ///< from any CPU
    u64 mask = ~u64{0};      ///< the bits it counts in
    MultShift to_nanoseconds{};
    bool must_verify = false; ///< not to be trusted blindly: the watchdog compares it with one that is
    bool unstable = false;    ///< found to run at another speed than it says; used only if there is nothing else

    /// The watchdog's last look: where this one and the reference stood.
    struct Watch {
        const ClockSource* against = nullptr; ///< the reference; null: there was no look yet
        u64 own = 0;
        u64 reference = 0;
    } watch{};

    /// What passed between two readings. A step back by less than half of the counter's range is no time at all: that
    /// is another CPU's counter, which lags a little behind.
    u64 elapsed(u64 since, u64 now) const
    {
        const u64 delta = (now - since) & mask;
        return delta > mask >> 1 ? 0 : delta;
    }
};

/// The clock sources that there are. Not locked.
class ClockSources {
public:
    /// False when there are too many.
    bool add(ClockSource& source)
    {
        if (count_ == sources_.size())
            return false;
        sources_[count_++] = &source;
        return true;
    }
    void remove(ClockSource& source)
    {
        const auto rest = std::remove(sources_.begin(), sources_.begin() + count_, &source);
        count_ = static_cast<std::size_t>(rest - sources_.begin());
    }

    std::span<ClockSource* const> all() const { return std::span{sources_}.first(count_); }

    /// The one to tell time by: a stable one, if there is any, and of these the one with the highest rating; of equals
    /// the first. Null only if there is none.
    ClockSource* best() const
    {
        return best_of([](const ClockSource&) { return true; });
    }

    /// The one to check others against: the best of those that need no check.
    ClockSource* reference() const
    {
        return best_of([](const ClockSource& source) { return !source.must_verify && !source.unstable; });
    }

private:
    template <typename Predicate>
    ClockSource* best_of(Predicate fits) const
    {
        ClockSource* best = nullptr;
        for (ClockSource* const source : all())
            if (fits(*source) && (best == nullptr || is_better(*source, *best)))
                best = source;
        return best;
    }
    static bool is_better(const ClockSource& a, const ClockSource& b)
    {
        return a.unstable != b.unstable ? b.unstable : a.rating > b.rating;
    }

    std::array<ClockSource*, 8> sources_{};
    std::size_t count_ = 0;
};

} // namespace kernel::time
