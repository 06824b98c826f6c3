#include "vmm/observe/trace_schema.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace vitrine {

namespace {

template <typename Field>
TraceField field(std::string_view name)
{
    return {.name = std::string{name}, .format = Field::format, .words = Field::words};
}

TraceSchema make_schema()
{
    return
    {
#define FIELD(type, name) field<abi::field::type>(#name)
#define EVENT(name, subsystem, ...) TraceEventSchema{#name, #subsystem, {__VA_ARGS__}},
#include "abi/trace_events.def"
#undef EVENT
#undef FIELD
    };
}

} // namespace

unsigned TraceEventSchema::words() const
{
    unsigned sum = 0;
    for (const TraceField& field : fields)
        sum += field.words;
    return sum;
}

const TraceSchema& trace_schema()
{
    static const TraceSchema schema = make_schema();
    return schema;
}

std::vector<bool> select_events(const TraceSchema& schema, std::span<const std::string> names)
{
    std::vector<bool> selected(schema.size(), names.empty());
    for (const std::string& name : names) {
        bool known = false;
        for (std::size_t i = 0; i < schema.size(); ++i) {
            if (schema[i].name == name || schema[i].subsystem == name)
                known = selected[i] = true;
        }
        if (!known)
            throw std::invalid_argument{fmt::format("there is no trace event or subsystem \"{}\"", name)};
    }
    return selected;
}

std::uint64_t trace_event_mask(std::span<const std::string> names)
{
    const std::vector<bool> selected = select_events(trace_schema(), names);
    std::uint64_t mask = 0;
    for (std::size_t i = 0; i < selected.size(); ++i)
        mask |= std::uint64_t{selected[i]} << i;
    return mask;
}

} // namespace vitrine
