#include "vmm/config/trace_names.hpp"

#include <set>
#include <vector>

namespace vitrine {

std::span<const std::string> trace_names()
{
    static const std::vector<std::string> names = [] {
        const std::set<std::string> sorted
        {
#define FIELD(type, name)
#define EVENT(name, subsystem, ...) #name, #subsystem,
#include "abi/trace_events.def"
#undef EVENT
#undef FIELD
        };
        return std::vector<std::string>{sorted.begin(), sorted.end()};
    }();
    return names;
}

} // namespace vitrine
