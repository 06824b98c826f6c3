#include "vmm/devices/rtc.hpp"

#include <algorithm>

namespace vitrine {

namespace {

/// MC146818 registers, then what IBM's firmware and its followers added.
enum Index : std::uint8_t {
    seconds = 0x00,
    minutes = 0x02,
    hours = 0x04,
    day_of_week = 0x06,
    day_of_month = 0x07,
    month = 0x08,
    year = 0x09,
    status_a = 0x0a,
    status_b = 0x0b,
    status_c = 0x0c,
    status_d = 0x0d,
    base_memory = 0x15,         ///< KiB, two bytes
    extended_memory = 0x17,     ///< KiB above 1 MiB, two bytes
    extended_memory_too = 0x30, ///< the same
    century = 0x32,
    memory_above_16m = 0x34, ///< 64 KiB units, two bytes
    memory_above_4g = 0x5b,  ///< 64 KiB units, three bytes
    other_cpus = 0x5f,       ///< CPUs besides the first
};

constexpr std::uint8_t status_a_updating = 0x80;
constexpr std::uint8_t status_a_32768_hz = 0x26;
constexpr std::uint8_t status_b_set = 0x80; ///< the clock is halted to be set
constexpr std::uint8_t status_b_binary = 0x04;
constexpr std::uint8_t status_b_24_hours = 0x02;
constexpr std::uint8_t status_d_power_good = 0x80;
constexpr std::uint8_t hour_pm = 0x80;

/// How long before each second UIP announces the update. MC146818 data sheet, update cycle: 244 µs.
constexpr std::chrono::microseconds update_warning{244};

bool is_time(std::uint8_t index)
{
    return index == seconds || index == minutes || index == hours || (index >= day_of_week && index <= year) ||
           index == century;
}

} // namespace

Rtc::Rtc(Bytes memory, unsigned cpus, Clock clock) : clock_{std::move(clock)}
{
    cmos_[status_a] = status_a_32768_hz;
    cmos_[status_b] = status_b_24_hours;
    cmos_[other_cpus] = static_cast<std::uint8_t>(std::clamp(cpus, 1U, 256U) - 1);
    set_memory_sizes(memory);
}

void Rtc::set_memory_sizes(Bytes memory)
{
    const auto store = [this](std::uint8_t index, std::uint64_t value, unsigned bytes) {
        value = std::min(value, (std::uint64_t{1} << 8 * bytes) - 1);
        for (unsigned i = 0; i < bytes; ++i)
            cmos_[index + i] = static_cast<std::uint8_t>(value >> 8 * i);
    };
    const auto above = [](std::uint64_t size, std::uint64_t limit) { return size > limit ? size - limit : 0; };
    constexpr std::uint64_t hole = 3ULL << 30; // RAM continues at 4 GiB behind it: see GuestMemory
    const std::uint64_t low = std::min(memory.value, hole);

    store(base_memory, 640, 2);
    store(extended_memory, above(low, 1 << 20) >> 10, 2);
    store(extended_memory_too, above(low, 1 << 20) >> 10, 2);
    store(memory_above_16m, above(low, 16 << 20) >> 16, 2);
    store(memory_above_4g, above(memory.value, hole) >> 16, 3);
}

std::uint8_t Rtc::read_register(std::uint64_t offset)
{
    const std::lock_guard lock{mutex_};
    return offset == 1 ? read_cmos() : 0xff; // the index cannot be read back
}

void Rtc::write_register(std::uint64_t offset, std::uint8_t value)
{
    const std::lock_guard lock{mutex_};
    if (offset == 0)
        index_ = value & 0x7f; // bit 7 gates NMIs, which we have none of
    else
        write_cmos(value);
}

std::uint8_t Rtc::read_cmos()
{
    if (is_time(index_))
        return time_field(guest_time(), index_);
    switch (index_) {
    case status_a: return cmos_[status_a] | (updating() ? status_a_updating : 0);
    case status_c: return 0; // no interrupt was raised
    case status_d: return status_d_power_good;
    default: return cmos_[index_];
    }
}

void Rtc::write_cmos(std::uint8_t value)
{
    if (is_time(index_)) {
        write_time_field(index_, value);
    } else if (index_ == status_a) {
        cmos_[status_a] = value & ~status_a_updating;
    } else if (index_ == status_b) {
        const std::tm now = guest_time();
        const bool was_halted = halted();
        cmos_[status_b] = value;
        if (halted() && !was_halted)
            halted_time_ = now;
        else if (was_halted && !halted())
            set_guest_time(now);
    } else if (index_ != status_c && index_ != status_d) {
        cmos_[index_] = value;
    }
}

bool Rtc::halted() const { return (cmos_[status_b] & status_b_set) != 0; }

bool Rtc::updating() const
{
    const auto now = clock_().time_since_epoch();
    return !halted() && now % std::chrono::seconds{1} >= std::chrono::seconds{1} - update_warning;
}

/// Since 1970. In seconds, for a guest can set years that do not fit the host clock's nanoseconds.
std::chrono::seconds Rtc::host_time() const
{
    return std::chrono::floor<std::chrono::seconds>(clock_().time_since_epoch());
}

std::tm Rtc::guest_time() const
{
    if (halted())
        return halted_time_;
    const std::time_t now = (host_time() + offset_).count();
    std::tm fields{};
    gmtime_r(&now, &fields);
    return fields;
}

void Rtc::set_guest_time(std::tm time)
{
    offset_ = std::chrono::seconds{timegm(&time)} - host_time(); // timegm normalises what cannot be
}

std::uint8_t Rtc::time_field(const std::tm& time, std::uint8_t index) const
{
    const int full_year = time.tm_year + 1900;
    switch (index) {
    case seconds: return encode(time.tm_sec);
    case minutes: return encode(time.tm_min);
    case hours: return encode_hour(time.tm_hour);
    case day_of_week: return encode(time.tm_wday + 1);
    case day_of_month: return encode(time.tm_mday);
    case month: return encode(time.tm_mon + 1);
    case year: return encode(full_year % 100);
    default: return encode(full_year / 100);
    }
}

void Rtc::write_time_field(std::uint8_t index, std::uint8_t value)
{
    std::tm time = guest_time();
    const int full_year = time.tm_year + 1900;
    switch (index) {
    case seconds: time.tm_sec = decode(value); break;
    case minutes: time.tm_min = decode(value); break;
    case hours: time.tm_hour = decode_hour(value); break;
    case day_of_week: return; // follows from the date
    case day_of_month: time.tm_mday = decode(value); break;
    case month: time.tm_mon = decode(value) - 1; break;
    case year: time.tm_year = full_year / 100 * 100 + decode(value) % 100 - 1900; break;
    default: time.tm_year = decode(value) % 100 * 100 + full_year % 100 - 1900; break;
    }
    if (halted())
        halted_time_ = time;
    else
        set_guest_time(time);
}

std::uint8_t Rtc::encode(int value) const
{
    const bool binary = (cmos_[status_b] & status_b_binary) != 0;
    return static_cast<std::uint8_t>(binary ? value : value / 10 % 10 << 4 | value % 10);
}

int Rtc::decode(std::uint8_t value) const
{
    const bool binary = (cmos_[status_b] & status_b_binary) != 0;
    return binary ? value : (value >> 4) * 10 + (value & 0x0f);
}

std::uint8_t Rtc::encode_hour(int hour) const
{
    if ((cmos_[status_b] & status_b_24_hours) != 0)
        return encode(hour);
    const int twelve = hour % 12 == 0 ? 12 : hour % 12;
    return encode(twelve) | (hour >= 12 ? hour_pm : 0);
}

int Rtc::decode_hour(std::uint8_t value) const
{
    if ((cmos_[status_b] & status_b_24_hours) != 0)
        return decode(value);
    const int twelve = decode(value & ~hour_pm) % 12;
    return twelve + ((value & hour_pm) != 0 ? 12 : 0);
}

} // namespace vitrine
