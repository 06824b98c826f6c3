#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace vitrine {

/// Why KVM_RUN returned: KVM_EXIT_* with Linux's values, and what is not an exit to KVM.
enum class ExitReason : std::uint8_t {
    unknown = 0,
    exception = 1,
    io = 2,
    hypercall = 3,
    debug = 4,
    hlt = 5,
    mmio = 6,
    irq_window_open = 7,
    shutdown = 8,
    fail_entry = 9,
    intr = 10, ///< a signal: KVM_RUN failed with EINTR
    set_tpr = 11,
    tpr_access = 12,
    nmi = 16,
    internal_error = 17,
    watchdog = 21,
    system_event = 24,
    ioapic_eoi = 26,
    hyperv = 27,
    rdmsr = 29,
    wrmsr = 30,
    dirty_ring_full = 31,
    bus_lock = 33,
    xen = 34,
    notify = 37,
    memory_fault = 39,

    again = 0xf0, ///< EAGAIN: a waiting vCPU received its INIT
    error = 0xf1, ///< KVM_RUN failed otherwise; detail: errno
    other = 0xff, ///< rows beyond the table's capacity
};

/// Linux's name without KVM_EXIT_, in lower case; `exit N` for numbers this list does not know.
std::string name_of(ExitReason reason);

/// What exits are told apart by: the reason, a direction and one number. The number is the port, the MMIO range's base
/// (unclaimed_mmio when there is none), the MSR, the vector of an EOI, the suberror.
class ExitKey {
public:
    static constexpr std::uint64_t unclaimed_mmio = (std::uint64_t{1} << 55) - 1;

    constexpr ExitKey() = default;
    constexpr explicit ExitKey(ExitReason reason, std::uint64_t detail = 0, bool is_write = false)
        : packed_{std::uint64_t{static_cast<std::uint8_t>(reason)} << 56 | std::uint64_t{is_write} << 55 |
                  (detail & unclaimed_mmio)}
    {}

    constexpr ExitReason reason() const { return static_cast<ExitReason>(packed_ >> 56); }
    constexpr bool is_write() const { return (packed_ >> 55 & 1) != 0; }
    constexpr std::uint64_t detail() const { return packed_ & unclaimed_mmio; }
    constexpr std::uint64_t packed() const { return packed_; }
    constexpr bool operator==(const ExitKey&) const = default;

private:
    std::uint64_t packed_ = 0;
};

/// Who answers at a port or an MMIO address; empty: nobody.
class DeviceNames {
public:
    virtual ~DeviceNames() = default;
    virtual std::string_view at_port(std::uint16_t port) const = 0;
    virtual std::string_view at_address(std::uint64_t address) const = 0;
};

/// The key's detail in words: `out 0x3f8 serial`, `write 0xfec00000 ioapic`, `0x1b`; may be empty.
std::string detail_of(ExitKey key, const DeviceNames& names);

} // namespace vitrine
