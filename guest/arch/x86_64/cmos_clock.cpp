#include "arch/x86_64/cmos_clock.hpp"

#include "arch/x86_64/registers.hpp"

namespace arch {
namespace {

enum class Cmos : u8 {
    seconds = 0,
    minutes = 2,
    hours = 4,
    day = 7,
    month = 8,
    year = 9,
    status_a = 10,
    status_b = 11
};

u8 read(Cmos which)
{
    constexpr u16 address_port = 0x70;
    constexpr u16 data_port = 0x71;
    out8(address_port, static_cast<u8>(which));
    return in8(data_port);
}

struct Time {
    u64 year, month, day, hours, minutes, seconds;
    bool operator==(const Time&) const = default;
};

Time read_time()
{
    constexpr u8 binary = 1 << 2;
    const bool is_binary = (read(Cmos::status_b) & binary) != 0;
    const auto field = [&](Cmos which) -> u64 {
        const u8 raw = read(which);
        return is_binary ? raw : (raw >> 4) * 10U + (raw & 15U);
    };
    return {2000 + field(Cmos::year), field(Cmos::month),   field(Cmos::day),
            field(Cmos::hours),       field(Cmos::minutes), field(Cmos::seconds)};
}

/// Days from 1970-01-01 in the Gregorian calendar; years count from March, so that leap days come last.
u64 days_since_epoch(u64 year, u64 month, u64 day)
{
    const u64 shifted_year = month > 2 ? year : year - 1;
    const u64 shifted_month = month > 2 ? month - 3 : month + 9;
    const u64 day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
    constexpr u64 days_to_1970 = 719'468;
    return shifted_year * 365 + shifted_year / 4 - shifted_year / 100 + shifted_year / 400 + day_of_year - days_to_1970;
}

} // namespace

u64 read_cmos_clock()
{
    // The clock may be changing while it is read: twice the same is right.
    Time time = read_time();
    for (Time again = read_time(); again != time; again = read_time())
        time = again;
    return ((days_since_epoch(time.year, time.month, time.day) * 24 + time.hours) * 60 + time.minutes) * 60 +
           time.seconds;
}

} // namespace arch
