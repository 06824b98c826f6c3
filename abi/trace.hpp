#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

/// Trace records and the rings they travel in. The events are declared in trace_events.def.
///
/// One ring per vCPU, one writer (that vCPU, interrupts masked), one reader (the VMM). Positions count bytes from the
/// beginning of time and are taken modulo the capacity; records are 8-byte aligned and wrap around word by word. A
/// record that does not fit is dropped and counted: the writer never waits.
namespace vitrine::abi {

enum class TraceChannel : std::uint32_t {
    off = 0,
    exit = 1, ///< the writer asks for a drain after each record: one VM exit a record
    ring = 2, ///< the writer rings the doorbell when the ring becomes half full
};

struct TraceRingHeader {
    std::uint64_t head;    ///< bytes written; released by the guest, acquired by the VMM
    std::uint64_t tail;    ///< bytes read; released by the VMM, acquired by the guest
    std::uint64_t dropped; ///< records lost; written by the guest only
    std::uint64_t padding[5];
};
static_assert(sizeof(TraceRingHeader) == 64);

struct TraceRecord {
    std::uint16_t event; ///< TraceEvent
    std::uint8_t cpu;
    std::uint8_t words; ///< 64-bit words of fields that follow
    std::uint32_t task; ///< pid of the running task, 0 for idle and boot
    std::uint64_t tsc;
};
static_assert(sizeof(TraceRecord) == 16);

inline constexpr std::size_t trace_max_words = 12;

/// How a field is shown, and how many words it takes.
enum class FieldFormat : std::uint8_t {
    decimal,
    hexadecimal,
    nanoseconds,
    bytes,
    signed_decimal,
    name,
    syscall,
    task_state,
    excerpt
};

/// A name of up to 16 characters, zero-padded (Linux's TASK_COMM_LEN).
struct Name {
    std::array<char, 16> text{};

    constexpr Name() = default;
    constexpr Name(std::string_view from)
    {
        std::copy_n(from.data(), std::min(from.size(), text.size()), text.begin());
    }
};

/// The beginning of some bytes.
struct Excerpt {
    static constexpr std::size_t capacity = 32; ///< what strace shows of a string
    std::array<char, capacity> bytes{};
};

enum class TaskState : std::uint8_t { running, interruptible, uninterruptible, stopped, zombie, dead };

/// The types that trace_events.def uses, each with its format.
namespace field {
template <typename Value, FieldFormat shown>
struct Scalar {
    Value value;
    static constexpr FieldFormat format = shown;
    static constexpr std::size_t words = 1;
    constexpr Scalar(Value v) : value{v} {}
    constexpr void store(std::uint64_t* out) const { *out = static_cast<std::uint64_t>(value); }
};
using U8 = Scalar<std::uint8_t, FieldFormat::decimal>;
using U32 = Scalar<std::uint32_t, FieldFormat::decimal>;
using U64 = Scalar<std::uint64_t, FieldFormat::decimal>;
using I64 = Scalar<std::int64_t, FieldFormat::signed_decimal>;
using Hex = Scalar<std::uint64_t, FieldFormat::hexadecimal>;
using Nanoseconds = Scalar<std::uint64_t, FieldFormat::nanoseconds>;
using ByteCount = Scalar<std::uint64_t, FieldFormat::bytes>;
using Syscall = Scalar<std::uint64_t, FieldFormat::syscall>;
using Pid = Scalar<std::uint32_t, FieldFormat::decimal>;
using State = Scalar<TaskState, FieldFormat::task_state>;

struct Text {
    Name value;
    static constexpr FieldFormat format = FieldFormat::name;
    static constexpr std::size_t words = 2;
    constexpr Text(Name v) : value{v} {}
    constexpr Text(std::string_view v) : value{v} {}
    constexpr Text(const char* v) : value{std::string_view{v}} {}
    void store(std::uint64_t* out) const { std::memcpy(out, value.text.data(), sizeof value.text); }
};

struct Bytes {
    Excerpt value;
    static constexpr FieldFormat format = FieldFormat::excerpt;
    static constexpr std::size_t words = Excerpt::capacity / 8;
    constexpr Bytes(const Excerpt& v) : value{v} {}
    void store(std::uint64_t* out) const { std::memcpy(out, value.bytes.data(), sizeof value.bytes); }
};
} // namespace field

/// One number an event, in the order of trace_events.def; new events go at its end.
enum class TraceEvent : std::uint16_t {
#define FIELD(type, name)
#define EVENT(name, subsystem, ...) name,
#include "abi/trace_events.def"
#undef EVENT
#undef FIELD
    count
};
static_assert(static_cast<unsigned>(TraceEvent::count) <= 64, "TraceArea::enabled is one word");

} // namespace vitrine::abi
