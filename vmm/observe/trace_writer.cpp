#include "vmm/observe/trace_writer.hpp"

#include "vmm/observe/trace_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace vitrine {

namespace {

using trace_file::ChunkHeader;
using trace_file::ChunkKind;
using trace_file::FileLosses;

template <typename Layout>
void put(std::ostream& out, const Layout& value)
{
    out.write(reinterpret_cast<const char*>(&value), sizeof value);
}

void put_string(std::ostream& out, std::string_view text)
{
    text = text.substr(0, 255); // names in trace_events.def are far shorter
    put(out, static_cast<std::uint8_t>(text.size()));
    out.write(text.data(), static_cast<std::streamsize>(text.size()));
}

void put_header(std::ostream& out, std::uint64_t tsc_khz, const TraceSchema& schema)
{
    out << trace_file::magic;
    put(out, trace_file::version);
    put(out, static_cast<std::uint32_t>(schema.size()));
    put(out, tsc_khz);
    for (const TraceEventSchema& event : schema) {
        put_string(out, event.name);
        put_string(out, event.subsystem);
        put(out, static_cast<std::uint8_t>(event.fields.size()));
        for (const TraceField& field : event.fields) {
            put_string(out, field.name);
            put(out, static_cast<std::uint8_t>(field.format));
            put(out, static_cast<std::uint8_t>(field.words));
        }
    }
}

} // namespace

TraceWriter::TraceWriter(std::filesystem::path path, std::uint64_t tsc_khz, const TraceSchema& schema)
    : path_{std::move(path)}, file_{path_, std::ios::binary | std::ios::trunc}
{
    if (!file_.is_open())
        throw std::system_error{errno, std::generic_category(), path_.string()};
    buffer_.reserve(buffer_size);
    put_header(file_, tsc_khz, schema);
}

void TraceWriter::consume(std::span<const TraceEntry> entries)
{
    const std::lock_guard lock{mutex_};
    for (const TraceEntry& entry : entries)
        append(entry);
}

void TraceWriter::append(const TraceEntry& entry)
{
    const std::size_t fields_size = entry.words().size_bytes();
    if (buffer_.size() + sizeof entry.record + fields_size > buffer_size)
        write_chunk();
    const auto* record = reinterpret_cast<const char*>(&entry.record);
    const auto* fields = reinterpret_cast<const char*>(entry.fields.data());
    buffer_.insert(buffer_.end(), record, record + sizeof entry.record);
    buffer_.insert(buffer_.end(), fields, fields + fields_size);
}

/// After an error, such as a full disk, the stream swallows what it is given; finish() tells.
void TraceWriter::write_chunk()
{
    if (buffer_.empty())
        return;
    put(file_, ChunkHeader{.kind = ChunkKind::records, .size = static_cast<std::uint32_t>(buffer_.size())});
    file_.write(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    buffer_.clear();
}

std::optional<std::string> TraceWriter::finish(std::span<const TraceLosses> losses)
{
    const std::lock_guard lock{mutex_};
    write_chunk();
    for (const TraceLosses& each : losses) {
        if (each.dropped == 0 && each.malformed == 0)
            continue;
        put(file_, ChunkHeader{.kind = ChunkKind::losses, .size = sizeof(FileLosses)});
        put(file_, FileLosses{.cpu = each.cpu, .padding = 0, .dropped = each.dropped, .malformed = each.malformed});
    }
    file_.close();
    if (file_.fail())
        return fmt::format("{}: the trace could not be written completely", path_.string());
    return std::nullopt;
}

} // namespace vitrine
