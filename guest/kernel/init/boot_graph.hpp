#pragma once

#include "kernel/init/boot_step.hpp"
#include "lib/types.hpp"

#include <array>
#include <span>

namespace kernel {

/// Picks the boot steps in an order in which each comes after all that provide what it needs. What several steps
/// provide is there when all of them have run.
class BootGraph {
public:
    static constexpr std::size_t max_steps = 64;

    /// `steps` must outlive the graph; what is beyond max_steps is not looked at.
    explicit BootGraph(std::span<const BootStep* const> steps);

    /// The next step that can run, from then on taken as having run; null when none is left or none can.
    const BootStep* next();
    /// A step that has not run, for when next() is null; null when all have.
    const BootStep* stuck() const;
    /// Why it cannot run: a need of it that nobody provides, or that comes from steps which cannot run either.
    std::string_view missing(const BootStep& step) const;

private:
    using StepSet = u64; ///< a bit for each step

    /// That a step provides something.
    struct Provision {
        u32 hash;
        u8 step;
        u8 next; ///< with a hash of the same bucket; 0: none
    };
    static constexpr unsigned bucket_count = 32;
    static constexpr std::size_t max_provisions = 255; ///< numbered from 1

    void note_provisions();
    StepSet providers(const BootStep::Name& need) const;

    std::span<const BootStep* const> steps_;
    /// By hash: to search them all for every need would take longer than many a step does.
    std::array<u8, bucket_count> buckets_{};
    std::array<Provision, max_provisions + 1> provisions_;
    std::size_t provision_count_ = 0;
    std::array<StepSet, max_steps> after_; ///< for each step, those it comes after; itself if a need has no provider
    StepSet left_;
};

} // namespace kernel
