#pragma once

#include "kernel/init/boot_step.hpp"
#include "lib/types.hpp"

#include <span>

namespace kernel {

/// Picks the boot steps in an order in which each comes after all that provide what it needs. Each provision comes from
/// one or more steps; "needs" is met when all of them have run.
class BootGraph {
public:
    static constexpr std::size_t max_steps = 64;

    explicit BootGraph(std::span<const BootStep* const> steps) : steps_{steps} {}

    /// The next step that can run, marked as done; null when none is left or none can.
    const BootStep* next();
    /// A step that has not run, for when next() is null; null when all have.
    const BootStep* stuck() const;
    /// Why it cannot run: a need of it that nobody provides, or that comes from a step which cannot run either.
    std::string_view missing(const BootStep& step) const;

private:
    bool done(std::size_t index) const { return (done_ & 1ULL << index) != 0; }
    bool is_met(std::string_view need) const;

    std::span<const BootStep* const> steps_;
    u64 done_ = 0; ///< a bit for each step
};

} // namespace kernel
