#include "vmm/observe/trace_record.hpp"

#include <cstring>

namespace vitrine {

std::optional<TraceEntry> take_record(std::span<const std::byte>& bytes)
{
    TraceEntry entry;
    if (bytes.size() < sizeof entry.record)
        return std::nullopt;
    std::memcpy(&entry.record, bytes.data(), sizeof entry.record);

    const std::size_t fields_size = entry.record.words * sizeof(std::uint64_t);
    const auto rest = bytes.subspan(sizeof entry.record);
    if (entry.record.words > abi::trace_max_words || rest.size() < fields_size)
        return std::nullopt;
    std::memcpy(entry.fields.data(), rest.data(), fields_size);
    bytes = rest.subspan(fields_size);
    return entry;
}

} // namespace vitrine
