#include "vmm/guest_test/repeat.hpp"

#include "vmm/guest_test/failure_folder.hpp"
#include "vmm/guest_test/run_all.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vitrine::guest_test {
namespace {

/// The runs of one test, summed up.
class Series {
public:
    Series(std::size_t planned, std::uint64_t seed) : planned_{planned}, seed_{seed} {}

    void add(const Result& run)
    {
        if (run.verdict == Verdict::failed && failures_++ == 0) {
            first_failure_ = sum_.runs + 1;
            sum_.log = run.log;
        }
        if (sum_.runs == 0 || run.verdict == Verdict::failed) {
            if (failures_ <= 1)
                sum_.reason = run.reason;
            sum_.verdict = run.verdict;
        }
        ++sum_.runs;
        sum_.time += run.time;
        sum_.slowest = std::max(sum_.slowest, run.time);
    }

    bool is_complete() const { return sum_.runs == planned_; }

    Result result() const
    {
        Result result = sum_;
        if (planned_ > 1 && failures_ > 0)
            result.reason = fmt::format("{}run {} of {} (seed {}): {}",
                                        failures_ > 1 ? fmt::format("{} runs failed; ", failures_) : std::string{},
                                        first_failure_, planned_, seed_ + first_failure_ - 1, sum_.reason);
        return result;
    }

private:
    std::size_t planned_;
    std::uint64_t seed_;
    std::size_t failures_ = 0;
    std::size_t first_failure_ = 0; ///< which run, from 1
    Result sum_{.verdict = Verdict::passed, .reason = {}, .log = {}, .runs = 0};
};

} // namespace

bool run_repeatedly(const std::vector<std::string>& names, const RepeatOptions& options,
                    const std::function<Result(const TestRun&)>& run,
                    const std::function<void(std::size_t test, const Result&)>& finished)
{
    FailureFolder failures{options.keep};
    Series series{options.times, options.seed};
    bool complete = true;
    const auto number = [&](std::size_t i) { return i % options.times + 1; };
    run_all(
        names.size() * options.times, options.jobs,
        [&](std::size_t i) {
            const std::size_t test = i / options.times;
            return run({test, options.seed + number(i) - 1, failures.trace_of(names[test], number(i))});
        },
        [&](std::size_t i, const Result& result) {
            const std::size_t test = i / options.times;
            const bool failed = result.verdict == Verdict::failed;
            if (failed)
                failures.keep(names[test], number(i), result);
            else
                failures.drop(names[test], number(i));
            series.add(result);
            complete = !failed || options.keep_going;
            if (series.is_complete() || !complete) {
                finished(test, series.result());
                series = {options.times, options.seed};
            }
            return complete;
        });
    return complete;
}

} // namespace vitrine::guest_test
