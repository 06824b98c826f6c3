#include "vmm/guest_test/bounds.hpp"

#include <fmt/format.h>

namespace vitrine::guest_test {

std::string Bounds::describe() const
{
    if (max == Bounds{}.max)
        return fmt::format("at least {}", min);
    if (min == 0)
        return fmt::format("at most {}", max);
    return min == max ? fmt::format("exactly {}", min) : fmt::format("{} to {}", min, max);
}

} // namespace vitrine::guest_test
