#include "vmm/devices/pit.hpp"

namespace vitrine {

namespace {

constexpr std::uint64_t control_offset = 3;
constexpr unsigned read_back_command = 3; ///< in the place of a counter's number
constexpr std::uint8_t read_back_no_count = 0x20;
constexpr std::uint8_t read_back_no_status = 0x10;

/// Port 0x61. IBM PS/2 Technical Reference, System Control Port B.
enum Speaker : std::uint8_t {
    speaker_gate = 0x01,
    speaker_data = 0x02,
    speaker_refresh = 0x10, ///< toggles with every memory refresh
    speaker_output = 0x20,
};

constexpr std::chrono::nanoseconds refresh_period{15'085};

} // namespace

Pit::Pit(Clock clock) : clock_{std::move(clock)} {}

std::uint8_t Pit::read_counter(std::uint64_t offset)
{
    const std::lock_guard lock{mutex_};
    return offset < counters_.size() ? counters_[offset].read(clock_()) : 0xff; // the control word cannot be read
}

void Pit::write_counter(std::uint64_t offset, std::uint8_t value)
{
    const std::lock_guard lock{mutex_};
    if (offset < counters_.size())
        counters_[offset].write(value, clock_());
    else if (offset == control_offset)
        control(value, clock_());
}

void Pit::control(std::uint8_t word, PitCounter::Time now)
{
    const unsigned counter = word >> 6;
    if (counter == read_back_command)
        read_back(word, now);
    else
        counters_[counter].control(word, now);
}

void Pit::read_back(std::uint8_t word, PitCounter::Time now)
{
    for (unsigned i = 0; i < counters_.size(); ++i) {
        if ((word >> (i + 1) & 1) == 0)
            continue;
        if ((word & read_back_no_count) == 0)
            counters_[i].latch_count(now);
        if ((word & read_back_no_status) == 0)
            counters_[i].latch_status(now);
    }
}

std::uint8_t Pit::read_speaker()
{
    const std::lock_guard lock{mutex_};
    const PitCounter::Time now = clock_();
    const bool refresh = now / refresh_period % 2 != 0;
    return (counters_[2].gate() ? speaker_gate : 0) | (speaker_on_ ? speaker_data : 0) |
           (refresh ? speaker_refresh : 0) | (counters_[2].output(now) ? speaker_output : 0);
}

void Pit::write_speaker(std::uint8_t value)
{
    const std::lock_guard lock{mutex_};
    speaker_on_ = (value & speaker_data) != 0;
    counters_[2].set_gate((value & speaker_gate) != 0, clock_());
}

} // namespace vitrine
