#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace vitrine {

/// One of the three counters of an Intel 8254 (data sheet 231164), computed from a clock rather than ticked. All six
/// modes count; BCD is taken for binary.
class PitCounter {
public:
    using Time = std::chrono::nanoseconds; ///< since any fixed moment

    static constexpr std::uint64_t frequency = 1'193'182; ///< Hz

    /// The gate is high at first, as the wiring of counters 0 and 1 has it.
    explicit PitCounter(bool gate = true) : gate_{gate} {}

    /// A control word for this counter: bits 5-4 access, 3-1 mode. Access 0 is latch_count().
    void control(std::uint8_t word, Time now);
    void latch_count(Time now);
    void latch_status(Time now);

    void write(std::uint8_t value, Time now);
    std::uint8_t read(Time now);

    void set_gate(bool high, Time now);
    bool gate() const { return gate_; }
    /// The OUT pin.
    bool output(Time now) const;

private:
    enum class Access : std::uint8_t { low = 1, high = 2, both = 3 };

    void load(std::uint16_t count, Time now);
    void restart(Time now);
    void stop(Time now);
    bool runs_only_while_gated() const;
    std::uint64_t ticks(Time now) const;
    std::uint64_t period() const { return reload_ == 0 ? 0x1'0000 : reload_; }
    std::uint16_t count(Time now) const;
    std::uint8_t next_byte(std::uint16_t value, bool& high_next) const;

    bool gate_;
    Access access_ = Access::both;
    std::uint8_t mode_ = 3;
    std::uint16_t reload_ = 0;
    bool loaded_ = false;    ///< a whole count has been written since the control word
    bool triggered_ = false; ///< modes 1 and 5: the gate has risen since
    std::uint64_t ticks_before_ = 0;
    std::optional<Time> running_since_; ///< nothing: stands still at ticks_before_

    std::uint8_t write_low_ = 0;
    bool write_high_next_ = false;
    bool read_high_next_ = false;
    std::optional<std::uint16_t> latched_count_;
    std::optional<std::uint8_t> latched_status_;
};

} // namespace vitrine
