#include "vmm/machine/outcome.hpp"

namespace vitrine {

std::string_view to_string(Ending ending)
{
    switch (ending) {
    case Ending::guest_exit: return "guest exit";
    case Ending::guest_reset: return "guest reset";
    case Ending::stopped: return "stopped";
    case Ending::triple_fault: return "triple fault";
    case Ending::internal_error: return "internal error";
    case Ending::unknown_exit: return "unknown exit";
    case Ending::vmm_error: return "VMM error";
    case Ending::timeout: return "timeout";
    case Ending::no_progress: return "no progress";
    }
    return "unknown ending";
}

} // namespace vitrine
