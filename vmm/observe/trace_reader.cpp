#include "vmm/observe/trace_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>

namespace vitrine {

namespace {

using trace_file::ChunkHeader;
using trace_file::ChunkKind;
using trace_file::FileLosses;

/// Walks through the file; knows where it is for the error message.
class Cursor {
public:
    explicit Cursor(std::span<const std::byte> file) : rest_{file}, size_{file.size()} {}

    bool at_end() const { return rest_.empty(); }
    std::uint64_t offset() const { return size_ - rest_.size(); }
    [[noreturn]] void fail(const std::string& what) const { throw TraceFileError{offset(), what}; }

    std::span<const std::byte> take(std::size_t size, std::string_view what)
    {
        if (rest_.size() < size)
            fail(fmt::format("the file ends within {}", what));
        const auto taken = rest_.first(size);
        rest_ = rest_.subspan(size);
        return taken;
    }

    template <typename Layout>
    Layout take(std::string_view what)
    {
        Layout value;
        std::memcpy(&value, take(sizeof value, what).data(), sizeof value);
        return value;
    }

    std::string take_string(std::string_view what)
    {
        const auto length = take<std::uint8_t>(what);
        const auto bytes = take(length, what);
        std::string text;
        for (const std::byte byte : bytes)
            text += std::to_integer<char>(byte);
        return text;
    }

private:
    std::span<const std::byte> rest_;
    std::uint64_t size_;
};

unsigned words_of(abi::FieldFormat format)
{
    switch (format) {
    case abi::FieldFormat::name: return abi::field::Text::words;
    case abi::FieldFormat::excerpt: return abi::field::Bytes::words;
    default: return 1;
    }
}

TraceField take_field(Cursor& cursor)
{
    TraceField field;
    field.name = cursor.take_string("a field's name");
    const auto format = cursor.take<std::uint8_t>("a field's format");
    if (format > static_cast<std::uint8_t>(abi::FieldFormat::excerpt))
        cursor.fail(fmt::format("field format {} is not known", format));
    field.format = static_cast<abi::FieldFormat>(format);
    field.words = cursor.take<std::uint8_t>("a field's size");
    const unsigned expected = words_of(field.format);
    if (field.words != expected)
        cursor.fail(fmt::format("field \"{}\" has {} words, not {}", field.name, field.words, expected));
    return field;
}

TraceEventSchema take_event(Cursor& cursor)
{
    TraceEventSchema event;
    event.name = cursor.take_string("an event's name");
    event.subsystem = cursor.take_string("an event's subsystem");
    const auto fields = cursor.take<std::uint8_t>("an event's field count");
    for (unsigned i = 0; i < fields; ++i)
        event.fields.push_back(take_field(cursor));
    if (event.words() > abi::trace_max_words)
        cursor.fail(
            fmt::format("event \"{}\" has {} words; {} is the most", event.name, event.words(), abi::trace_max_words));
    return event;
}

void take_records(std::span<const std::byte> bytes, std::uint64_t offset, Trace& trace)
{
    while (!bytes.empty()) {
        const std::size_t before = bytes.size();
        const auto entry = take_record(bytes);
        if (!entry)
            throw TraceFileError{offset, "a record is too long or cut off"};
        const std::size_t event = entry->record.event;
        if (event >= trace.schema.size())
            throw TraceFileError{offset, fmt::format("event {} is not in the event table", event)};
        const unsigned words = trace.schema[event].words();
        if (entry->record.words != words)
            throw TraceFileError{offset, fmt::format("a record of \"{}\" has {} words, not {}",
                                                     trace.schema[event].name, entry->record.words, words)};
        trace.entries.push_back(*entry);
        offset += before - bytes.size();
    }
}

void take_losses(Cursor losses, Trace& trace)
{
    while (!losses.at_end()) {
        const auto each = losses.take<FileLosses>("a record of losses");
        trace.losses.push_back({.cpu = each.cpu, .dropped = each.dropped, .malformed = each.malformed});
    }
}

void take_chunk(Cursor& cursor, Trace& trace)
{
    const auto header = cursor.take<ChunkHeader>("a chunk's header");
    const std::uint64_t offset = cursor.offset();
    const auto bytes = cursor.take(header.size, "a chunk");
    if (header.kind == ChunkKind::records)
        take_records(bytes, offset, trace);
    else if (header.kind == ChunkKind::losses)
        take_losses(Cursor{bytes}, trace);
}

} // namespace

TraceFileError::TraceFileError(std::uint64_t offset, const std::string& what)
    : std::runtime_error{fmt::format("not a good trace file, at byte {}: {}", offset, what)}, offset_{offset}
{}

Trace parse_trace(std::span<const std::byte> file)
{
    Cursor cursor{file};
    const auto magic = cursor.take(trace_file::magic.size(), "its magic number");
    if (std::memcmp(magic.data(), trace_file::magic.data(), magic.size()) != 0)
        throw TraceFileError{0, "it does not begin as a .vtrace file does"};
    const auto version = cursor.take<std::uint32_t>("its version");
    if (version != trace_file::version)
        throw TraceFileError{trace_file::magic.size(),
                             fmt::format("its version is {}; this program reads {}", version, trace_file::version)};

    Trace trace;
    const auto events = cursor.take<std::uint32_t>("the number of events");
    trace.tsc_khz = cursor.take<std::uint64_t>("the TSC frequency");
    for (std::uint32_t i = 0; i < events; ++i)
        trace.schema.push_back(take_event(cursor));
    while (!cursor.at_end())
        take_chunk(cursor, trace);

    std::stable_sort(trace.entries.begin(), trace.entries.end(),
                     [](const TraceEntry& a, const TraceEntry& b) { return a.record.tsc < b.record.tsc; });
    return trace;
}

Trace load_trace(const std::filesystem::path& path)
{
    std::string text(std::filesystem::file_size(path), '\0');
    std::ifstream file{path, std::ios::binary};
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!file)
        throw std::system_error{errno, std::generic_category(), path.string()};
    return parse_trace(std::as_bytes(std::span{text}));
}

} // namespace vitrine
