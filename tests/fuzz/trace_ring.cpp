// Whatever a guest does to its trace rings, draining them neither crashes nor hands on a record of the wrong shape.
#include "vmm/observe/trace_collector.hpp"
#include "vmm/observe/trace_schema.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

namespace {

struct Checker final : vitrine::TraceConsumer {
    void consume(std::span<const vitrine::TraceEntry> entries) override
    {
        for (const vitrine::TraceEntry& entry : entries) {
            if (entry.record.words != vitrine::trace_schema().at(entry.record.event).words() || entry.record.cpu > 1)
                std::abort();
        }
    }
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace vitrine;
    constexpr GuestAddress rings{0};
    constexpr Bytes ring_size{256};
    static const GuestMemory memory{{.size = page_size}};
    Checker checker;
    TraceCollector collector{memory, rings, ring_size, 2, {&checker}};

    // Each piece of the input is what the rings look like at the next drain.
    std::span<const std::byte> rest = std::as_bytes(std::span{data, size});
    while (!rest.empty()) {
        const auto piece = rest.first(std::min<std::size_t>(rest.size(), 2 * ring_size.value));
        memory.write(rings, piece);
        collector.drain_all();
        rest = rest.subspan(piece.size());
    }
    return 0;
}
