#include "kernel/smp/hotplug_states.hpp"

namespace kernel::smp {
namespace {

using Step = Result<void> (*)(unsigned cpu);

Result<void> take(Step step, unsigned cpu) { return step == nullptr ? Result<void>{} : step(cpu); }

} // namespace

bool HotplugStates::add(const HotplugState& state)
{
    if (count_ == states_.size())
        return false;
    states_[count_++] = &state;
    return true;
}

Result<void> HotplugStates::start(Stage stage, unsigned cpu) const { return start_from(0, stage, cpu); }
Result<void> HotplugStates::stop(Stage stage, unsigned cpu) const { return stop_before(count_, stage, cpu); }

Result<void> HotplugStates::start_from(std::size_t first, Stage stage, unsigned cpu) const
{
    for (std::size_t index = first; index < count_; ++index) {
        if (states_[index]->stage != stage)
            continue;
        if (const auto started = take(states_[index]->startup, cpu); !started) {
            static_cast<void>(stop_before(index, stage, cpu)); // best effort: the first error is what counts
            return started.error();
        }
    }
    return {};
}

Result<void> HotplugStates::stop_before(std::size_t end, Stage stage, unsigned cpu) const
{
    for (std::size_t index = end; index-- != 0;) {
        if (states_[index]->stage != stage)
            continue;
        if (const auto stopped = take(states_[index]->teardown, cpu); !stopped) {
            for (std::size_t undone = index + 1; undone < end; ++undone)
                if (states_[undone]->stage == stage)
                    static_cast<void>(take(states_[undone]->startup, cpu));
            return stopped.error();
        }
    }
    return {};
}

} // namespace kernel::smp
