#include "kernel/init/boot_graph.hpp"

#include <algorithm>

namespace kernel {

BootGraph::BootGraph(std::span<const BootStep* const> steps)
    : steps_{steps.first(std::min(steps.size(), max_steps))},
      left_{steps_.size() == max_steps ? ~StepSet{0} : (StepSet{1} << steps_.size()) - 1}
{
    note_provisions();
    for (std::size_t index = 0; index < steps_.size(); ++index) {
        StepSet after = 0;
        for (const BootStep::Name& need : steps_[index]->needs) {
            if (need.hash == 0)
                break;
            const StepSet from = providers(need);
            after |= from != 0 ? from : StepSet{1} << index;
        }
        after_[index] = after;
    }
}

void BootGraph::note_provisions()
{
    for (std::size_t index = 0; index < steps_.size(); ++index) {
        for (const BootStep::Name& provided : steps_[index]->provides) {
            if (provided.hash == 0 || provision_count_ == max_provisions)
                break;
            u8& first = buckets_[provided.hash % bucket_count];
            provisions_[++provision_count_] = {provided.hash, static_cast<u8>(index), first};
            first = static_cast<u8>(provision_count_);
        }
    }
}

BootGraph::StepSet BootGraph::providers(const BootStep::Name& need) const
{
    StepSet found = 0;
    for (u8 number = buckets_[need.hash % bucket_count]; number != 0; number = provisions_[number].next)
        if (provisions_[number].hash == need.hash)
            found |= StepSet{1} << provisions_[number].step;
    return found;
}

const BootStep* BootGraph::next()
{
    for (StepSet rest = left_; rest != 0; rest &= rest - 1) {
        const auto index = static_cast<std::size_t>(__builtin_ctzll(rest));
        if ((left_ & after_[index]) != 0)
            continue;
        left_ &= ~(rest & -rest);
        return steps_[index];
    }
    return nullptr;
}

const BootStep* BootGraph::stuck() const
{
    for (std::size_t index = 0; index < steps_.size(); ++index)
        if ((left_ >> index & 1) != 0)
            return steps_[index];
    return nullptr;
}

std::string_view BootGraph::missing(const BootStep& step) const
{
    for (const BootStep::Name& need : step.needs) {
        if (need.hash == 0)
            break;
        const StepSet from = providers(need);
        if (from == 0 || (from & left_) != 0)
            return need.text;
    }
    return {};
}

} // namespace kernel
