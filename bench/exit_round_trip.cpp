#include "bench/comparison.hpp"
#include "bench/contenders.hpp"
#include "bench/tables.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <x86intrin.h>

namespace bench {
namespace {

constexpr double exits = 256 * 64; // guests/exits.S

double tsc_ticks_per_microsecond()
{
    using Clock = std::chrono::steady_clock;
    const Clock::time_point begin = Clock::now();
    const std::uint64_t ticks = __rdtsc();
    while (Clock::now() - begin < std::chrono::milliseconds{50}) {
    }
    const std::chrono::duration<double, std::micro> passed = Clock::now() - begin;
    return static_cast<double>(__rdtsc() - ticks) / passed.count();
}

void compare(unsigned rounds, const Contender& bare, const Contender& ours)
{
    Comparison table{"A PIO exit to the VMM and back, by the guest's clock", "us"};
    const double ticks = tsc_ticks_per_microsecond();
    for (unsigned round = 0; round != rounds; ++round) {
        for (const Contender* contender : {&bare, &ours}) {
            const Run result = run(*contender, {});
            const std::string digits = result.console.substr(0, 8);
            if (result.status == 0 && digits.size() == 8)
                table.of(contender->name).add(std::stoul(digits, nullptr, 16) / ticks / exits);
        }
    }
    table.set_target(ours.name, {.limit = table.of(bare.name).median() * 1.05, .text = "ratio at most 1.05"});
    table.print();
}

} // namespace

void exit_round_trip(unsigned rounds)
{
    compare(rounds, bare_loop("exits", false), vitrine("exits", "none"));
    compare(rounds, bare_loop("exits", true), vitrine("exits", "kernel"));
}

} // namespace bench
