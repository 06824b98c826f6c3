#include "kernel/sched/task.hpp"

#include <algorithm>

namespace kernel {

Task::Task(Pid pid, std::string_view name, sched::Policy policy) : sched{this, policy}, pid_{pid} { set_name(name); }

std::string_view Task::name() const
{
    const auto end = std::find(name_.begin(), name_.end(), '\0');
    return {name_.data(), static_cast<std::size_t>(end - name_.begin())};
}

void Task::set_name(std::string_view name)
{
    const std::size_t length = std::min(name.size(), name_.size() - 1);
    name_ = {};
    std::copy_n(name.begin(), length, name_.begin());
}

} // namespace kernel
