#pragma once

#include "abi/boot_info.hpp"
#include "arch/paging.hpp"

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

/// A machine for the guest's logic to run on, in the test's own process.
namespace fake {

/// What kernel::panic() becomes.
struct Panic : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// RAM from address 0 up, with a boot memory map, until the end of the object. One at a time.
class Machine {
public:
    static constexpr std::size_t mebibyte = 1 << 20;

    /// All of `size` bytes, above a kernel of 1 MiB at 2 MiB, is usable.
    explicit Machine(std::size_t size, std::uint32_t boot_flags = vitrine::abi::boot_ram_is_zeroed);
    Machine(std::size_t size, std::vector<vitrine::abi::MemoryRange> memory, std::uint32_t boot_flags);
    ~Machine();
    Machine(const Machine&) = delete;
    Machine& operator=(const Machine&) = delete;

    /// Runs the page allocator's boot step.
    void boot_pages();

    std::byte* at(std::uint64_t physical) const { return ram_ + physical; }
    std::size_t size() const { return size_; }

private:
    std::size_t size_;
    std::byte* ram_;
};

/// A machine of 24 MiB with all its memory set up: the one for all tests of a program that need heap and vmalloc, since
/// these keep their state in global variables.
Machine& booted_machine();

/// What kernel::boot_info() returns: Machine fills in flags and memory map.
vitrine::abi::BootInfo& boot_info();

/// What has been written to the console since it was last asked.
std::string console_output();

/// What arch::monotonic_nanoseconds() says.
void set_time(std::uint64_t nanoseconds);

/// Calls to the trace port and the doorbell.
struct TraceCalls {
    unsigned drains = 0;
    unsigned doorbells = 0;
};
TraceCalls& trace_calls();

/// Which CPU the calling thread is.
void set_cpu(unsigned cpu);

/// Calls of arch::flush_tlb().
unsigned tlb_flushes();
/// What the page tables that were activated last make of an address.
std::optional<arch::Mapping> translate(kernel::VirtualAddress address);

} // namespace fake
