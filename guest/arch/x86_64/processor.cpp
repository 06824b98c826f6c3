#include "arch/processor.hpp"

namespace arch {
namespace {

struct CpuidResult {
    u32 a;
    u32 b;
    u32 c;
    u32 d;
};

CpuidResult cpuid(u32 leaf)
{
    CpuidResult result{leaf, 0, 0, 0};
    asm volatile("cpuid" : "+a"(result.a), "=b"(result.b), "+c"(result.c), "=d"(result.d));
    return result;
}

bool has_rdrand()
{
    constexpr u32 rdrand_bit = 1U << 30; // leaf 1, ECX
    static const bool there = (cpuid(1).c & rdrand_bit) != 0;
    return there;
}

} // namespace

u32 hardware_capabilities() { return cpuid(1).d; }

std::optional<u64> hardware_random()
{
    constexpr unsigned tries = 10; // Intel SDM vol. 1 §7.3.17.1: more failures in a row mean that it is broken
    if (!has_rdrand())
        return std::nullopt;
    for (unsigned attempt = 0; attempt < tries; ++attempt) {
        u64 value = 0;
        bool valid = false;
        asm volatile("rdrand %0" : "=r"(value), "=@ccc"(valid));
        if (valid)
            return value;
    }
    return std::nullopt;
}

} // namespace arch
