#include "kernel/printk.hpp"

#include "arch/clock.hpp"
#include "kernel/console.hpp"
#include "kernel/init/command_line.hpp"
#include "kernel/sync/spin_lock.hpp"
#include "lib/locked.hpp"
#include "lib/ring_buffer.hpp"

#include <algorithm>

namespace kernel {
namespace {

constinit unsigned console_level = default_console_level; ///< outside of Log, which is all zero at first and so in .bss

} // namespace

/// The last lines.
class Log {
public:
    void append(u64 time, LogLevel level, std::string_view text)
    {
        const Record record{.time = time, .length = static_cast<u16>(std::min(text.size(), max_line)), .level = level};
        while (lines_.space() < sizeof record + record.length)
            lines_.drop(sizeof record + record_at(0).length);
        lines_.push(std::as_bytes(std::span{&record, 1}));
        lines_.push(std::as_bytes(std::span{text.data(), record.length}));
        print(record, text.substr(0, record.length));
    }

    void replay() const
    {
        for (std::size_t offset = 0; offset < lines_.size();) {
            const Record record = record_at(offset);
            char text[max_line];
            lines_.peek(offset + sizeof record, std::as_writable_bytes(std::span{text, record.length}));
            print(record, {text, record.length});
            offset += sizeof record + record.length;
        }
    }

private:
    static constexpr std::size_t capacity = 16UL * 1024;
    static constexpr std::size_t max_line = 256;

    /// What stands before the text of each line.
    struct Record {
        u64 time; ///< nanoseconds since boot
        u16 length;
        LogLevel level;
    };

    Record record_at(std::size_t offset) const
    {
        Record record;
        lines_.peek(offset, std::as_writable_bytes(std::span{&record, 1}));
        return record;
    }

    static void print(const Record& record, std::string_view text)
    {
        if (static_cast<unsigned>(record.level) >= console_level)
            return;
        constexpr u64 microseconds_per_second = 1'000'000;
        const u64 microseconds = record.time / 1'000;
        FormatBuffer<max_line + 32> line;
        format_to(line, "[{:>5}.{:06}] ", microseconds / microseconds_per_second,
                  microseconds % microseconds_per_second);
        line.append(text);
        line.append("\n");
        console::write(line.view());
    }

    RingBuffer<capacity> lines_;
};

namespace {

constinit Locked<Log, IrqSafe> kernel_log;
constinit bool without_lock = false; ///< written once, by the CPU that panics

template <typename Function>
void with_log(Function function)
{
    if (without_lock)
        function(kernel_log.without_lock());
    else
        kernel_log.with(function);
}

} // namespace

void log(LogLevel level, std::string_view line)
{
    const u64 now = arch::monotonic_nanoseconds();
    with_log([&](Log& log) { log.append(now, level, line); });
}

void replay_log()
{
    with_log([](Log& log) { log.replay(); });
}

void set_console_level(unsigned level) { console_level = level; }

void log_without_lock()
{
    without_lock = true;
    set_console_level(static_cast<unsigned>(LogLevel::debug) + 1);
}

void configure_log(std::string_view command_line)
{
    if (command_line::find(command_line, "quiet"))
        set_console_level(quiet_console_level);
    if (command_line::find(command_line, "debug"))
        set_console_level(static_cast<unsigned>(LogLevel::debug) + 1);
    const auto level = command_line::find(command_line, "loglevel");
    if (level && level->size() == 1 && level->front() >= '0' && level->front() <= '9')
        set_console_level(static_cast<unsigned>(level->front() - '0'));
}

} // namespace kernel
