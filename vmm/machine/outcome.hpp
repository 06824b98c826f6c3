#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace vitrine {

/// How a run ended.
enum class Ending {
    guest_exit,     ///< exit port or debug exit: `status` is the guest's
    guest_reset,    ///< i8042 or port 0xcf9 reset
    stopped,        ///< Machine::stop, Ctrl-A X, SIGINT or SIGTERM
    triple_fault,   ///< KVM_EXIT_SHUTDOWN
    internal_error, ///< KVM_EXIT_INTERNAL_ERROR, KVM_EXIT_FAIL_ENTRY
    unknown_exit,   ///< an exit reason this VMM does not handle
    vmm_error,      ///< KVM_RUN failed, or a device did
    timeout,        ///< the run's time was up while the guest was busy
    no_progress,    ///< ... or while no vCPU had left the guest for the watchdog's time
};

inline constexpr std::uint8_t status_vmm_error = 125;
inline constexpr std::uint8_t status_timeout = 124;
inline constexpr std::uint8_t status_signal_base = 128; ///< plus the signal's number, as shells have it

struct Outcome {
    Ending ending = Ending::stopped;
    /// The guest's status; 0 for a reset and for stopped, but for a signal 128 and its number; else 124 or 125.
    std::uint8_t status = 0;
    std::string reason; ///< in words, for a person
    std::string report; ///< the death report, when there was a death; several lines
    bool is_death() const { return ending >= Ending::triple_fault; }
};

std::string_view to_string(Ending ending);

/// What a device may ask of the machine it is in. Safe from any thread; the first ending wins.
class MachineControl {
public:
    virtual ~MachineControl() = default;
    virtual void end(Ending ending, std::uint8_t status, std::string reason) = 0;
};

} // namespace vitrine
