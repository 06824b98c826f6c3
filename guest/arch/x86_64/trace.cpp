#include "arch/trace.hpp"

#include "abi/ports.hpp"
#include "arch/x86_64/registers.hpp"

namespace arch {

void drain_trace_ring(unsigned cpu) { out32(vitrine::abi::trace_port, cpu); }
void ring_trace_doorbell(unsigned cpu) { out32(vitrine::abi::trace_doorbell_port, cpu); }

} // namespace arch
