#include "vmm/devices/pit_counter.hpp"

namespace vitrine {

namespace {

enum Mode : std::uint8_t {
    interrupt_on_terminal_count = 0,
    one_shot = 1,
    rate_generator = 2,
    square_wave = 3,
    software_strobe = 4,
    hardware_strobe = 5,
};

constexpr std::uint8_t status_null_count = 0x40;

std::uint64_t to_ticks(PitCounter::Time time)
{
    const auto nanoseconds = static_cast<std::uint64_t>(time.count());
    constexpr std::uint64_t second = 1'000'000'000;
    return nanoseconds / second * PitCounter::frequency + nanoseconds % second * PitCounter::frequency / second;
}

} // namespace

void PitCounter::control(std::uint8_t word, Time now)
{
    const std::uint8_t access = word >> 4 & 3;
    if (access == 0)
        return latch_count(now);
    access_ = static_cast<Access>(access);
    const std::uint8_t mode = word >> 1 & 7;
    mode_ = mode > hardware_strobe ? mode & 3 : mode; // 6 and 7 mean 2 and 3
    loaded_ = false;
    triggered_ = false;
    running_since_.reset();
    ticks_before_ = 0;
    write_high_next_ = false;
    read_high_next_ = false;
    latched_count_.reset();
    latched_status_.reset();
}

void PitCounter::latch_count(Time now)
{
    if (!latched_count_) // a second latch before the read has no effect
        latched_count_ = count(now);
}

void PitCounter::latch_status(Time now)
{
    if (!latched_status_)
        latched_status_ = static_cast<std::uint8_t>((output(now) ? 0x80 : 0) | (loaded_ ? 0 : status_null_count) |
                                                    static_cast<unsigned>(access_) << 4 | mode_ << 1);
}

void PitCounter::write(std::uint8_t value, Time now)
{
    switch (access_) {
    case Access::low: return load(value, now);
    case Access::high: return load(static_cast<std::uint16_t>(value << 8), now);
    case Access::both: break;
    }
    if (write_high_next_) {
        write_high_next_ = false;
        return load(static_cast<std::uint16_t>(value << 8 | write_low_), now);
    }
    write_high_next_ = true;
    write_low_ = value;
    if (mode_ == interrupt_on_terminal_count) { // half a count stops the counting
        loaded_ = false;
        stop(now);
    }
}

void PitCounter::load(std::uint16_t count, Time now)
{
    const bool periodic = mode_ == rate_generator || mode_ == square_wave;
    const bool waits_for_trigger = mode_ == one_shot || mode_ == hardware_strobe;
    const bool starts = !waits_for_trigger && !(periodic && loaded_); // a new period begins when the old one ends
    reload_ = count;
    loaded_ = true;
    if (starts)
        restart(now);
}

/// Counts from the beginning, if the gate permits.
void PitCounter::restart(Time now)
{
    ticks_before_ = 0;
    running_since_.reset();
    if (gate_ || !runs_only_while_gated())
        running_since_ = now;
}

void PitCounter::stop(Time now)
{
    ticks_before_ = ticks(now);
    running_since_.reset();
}

bool PitCounter::runs_only_while_gated() const { return mode_ != one_shot && mode_ != hardware_strobe; }

void PitCounter::set_gate(bool high, Time now)
{
    if (high == gate_)
        return;
    gate_ = high;
    if (!loaded_)
        return;
    switch (mode_) {
    case one_shot:
    case hardware_strobe:
        if (high) {
            triggered_ = true;
            restart(now);
        }
        break;
    case rate_generator:
    case square_wave: high ? restart(now) : stop(now); break;
    default:
        if (high)
            running_since_ = now;
        else
            stop(now);
    }
}

std::uint64_t PitCounter::ticks(Time now) const
{
    return ticks_before_ + (running_since_ ? to_ticks(now - *running_since_) : 0);
}

std::uint16_t PitCounter::count(Time now) const
{
    const std::uint64_t gone = ticks(now);
    switch (mode_) {
    case rate_generator: return static_cast<std::uint16_t>(period() - gone % period());
    case square_wave: return static_cast<std::uint16_t>(period() - 2 * gone % period());
    default: return static_cast<std::uint16_t>(period() - gone); // goes on below zero
    }
}

bool PitCounter::output(Time now) const
{
    const std::uint64_t gone = ticks(now);
    switch (mode_) {
    case interrupt_on_terminal_count: return loaded_ && gone >= period();
    case one_shot: return !triggered_ || gone >= period();
    case rate_generator: return !loaded_ || !gate_ || gone % period() != period() - 1;
    case square_wave: return !loaded_ || !gate_ || gone % period() < (period() + 1) / 2;
    case hardware_strobe: return !triggered_ || gone != period();
    default: return !loaded_ || gone != period();
    }
}

std::uint8_t PitCounter::read(Time now)
{
    if (latched_status_) {
        const std::uint8_t status = *latched_status_;
        latched_status_.reset();
        return status;
    }
    const std::uint16_t value = latched_count_.value_or(count(now));
    const std::uint8_t byte = next_byte(value, read_high_next_);
    if (!read_high_next_)
        latched_count_.reset(); // read to its end
    return byte;
}

std::uint8_t PitCounter::next_byte(std::uint16_t value, bool& high_next) const
{
    const bool high = access_ == Access::high || (access_ == Access::both && high_next);
    high_next = access_ == Access::both && !high;
    return static_cast<std::uint8_t>(high ? value >> 8 : value);
}

} // namespace vitrine
