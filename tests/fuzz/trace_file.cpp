// Whatever a .vtrace file holds, it is shown or refused.
#include "vmm/observe/boot_chart.hpp"
#include "vmm/observe/trace_text.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <sstream>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    try {
        const vitrine::Trace trace = vitrine::parse_trace(std::as_bytes(std::span{data, size}));
        std::ostringstream out;
        vitrine::show_trace(trace, {}, out);
        out << vitrine::boot_chart(trace.schema, trace.entries, trace.tsc_khz);
    } catch (const vitrine::TraceFileError&) {
        return 0;
    }
    return 0;
}
