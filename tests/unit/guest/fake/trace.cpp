#include "arch/trace.hpp"

#include "tests/unit/guest/fake/machine.hpp"

namespace fake {
TraceCalls& trace_calls()
{
    static TraceCalls calls;
    return calls;
}
} // namespace fake

namespace arch {
void drain_trace_ring(unsigned) { ++fake::trace_calls().drains; }
void ring_trace_doorbell(unsigned) { ++fake::trace_calls().doorbells; }
} // namespace arch
