#include "kernel/irq/spurious.hpp"

namespace kernel::irq {

bool SpuriousDetector::note_unhandled(u64 now)
{
    unhandled_ = now - last_unhandled_ > memory_nanoseconds ? 1 : unhandled_ + 1;
    last_unhandled_ = now;
    return end_of_window();
}

bool SpuriousDetector::judge()
{
    const bool guilty = unhandled_ > too_many;
    count_ = 0;
    unhandled_ = 0;
    return guilty;
}

} // namespace kernel::irq
