#include "kernel/init/boot_graph.hpp"

#include <algorithm>

namespace kernel {

namespace {

bool holds(const BootStep::Names& names, std::string_view name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

} // namespace

bool BootGraph::is_met(std::string_view need) const
{
    bool provided = false;
    for (std::size_t index = 0; index < steps_.size(); ++index) {
        if (!holds(steps_[index]->provides, need))
            continue;
        if (!done(index))
            return false;
        provided = true;
    }
    return provided;
}

std::string_view BootGraph::missing(const BootStep& step) const
{
    for (const std::string_view need : step.needs)
        if (!need.empty() && !is_met(need))
            return need;
    return {};
}

const BootStep* BootGraph::next()
{
    for (std::size_t index = 0; index < steps_.size(); ++index) {
        if (!done(index) && missing(*steps_[index]).empty()) {
            done_ |= 1ULL << index;
            return steps_[index];
        }
    }
    return nullptr;
}

const BootStep* BootGraph::stuck() const
{
    for (std::size_t index = 0; index < steps_.size(); ++index)
        if (!done(index))
            return steps_[index];
    return nullptr;
}

} // namespace kernel
