#pragma once

#include "vmm/kvm/vcpu.hpp"
#include "vmm/machine/bus.hpp"
#include "vmm/machine/exit.hpp"
#include "vmm/machine/kick_target.hpp"
#include "vmm/machine/outcome.hpp"
#include "vmm/machine/run_gate.hpp"
#include "vmm/observe/exit_account.hpp"
#include "vmm/observe/exit_log.hpp"
#include "vmm/observe/registers.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace vitrine {

/// Who wants to know when a vCPU ends a level-triggered interrupt: the IOAPIC in split mode.
using EndOfInterrupt = std::function<void(std::uint8_t vector)>;

/// What the vCPUs of a machine share. All of it outlives them.
struct CpuSurroundings {
    const Bus& ports;
    const Bus& memory;
    RunGate& gate;
    MachineControl& machine;
    EndOfInterrupt end_of_interrupt; ///< may be empty
};

/// A vCPU and what its thread does: KVM_RUN, account, dispatch, until the gate shuts. No lock and no allocation on that
/// path but what a device's own handler takes.
class VirtualCpu {
public:
    VirtualCpu(Vcpu kvm, const CpuSurroundings& surroundings);

    /// The thread's body. Does not throw: whatever goes wrong ends the machine.
    void run() noexcept;

    /// Makes the thread look at the gate soon, wherever it is. Any thread.
    void kick();

    unsigned id() const { return kvm_.id(); }
    Vcpu& kvm() { return kvm_; }

    /// Safe from any thread only for ExitAccount::returns(); the rest while the thread is stopped or paused.
    const ExitAccount& account() const { return account_; }
    const ExitLog& log() const { return log_; }
    /// Registers at the exit that killed the guest, taken before anything could reset them; nothing when this vCPU did
    /// not kill it.
    const std::optional<Registers>& last_registers() const { return last_registers_; }

private:
    void loop();
    bool may_run();
    void log_exit(const Exit& exit, std::uint64_t returned);
    void dispatch(const Exit& exit);

    void port_io();
    void memory_io(const Exit& exit);
    void unknown_msr();
    void halted();
    void fail_entry();
    void internal_error();
    void die(Ending ending, std::string reason);

    Vcpu kvm_;
    const CpuSurroundings& around_;
    KickTarget thread_;
    ExitAccount account_;
    ExitLog log_;
    std::optional<Registers> last_registers_;
};

} // namespace vitrine
