#pragma once

#include "vmm/kvm/vcpu.hpp"
#include "vmm/machine/bus.hpp"
#include "vmm/machine/exit.hpp"
#include "vmm/machine/interrupts.hpp"
#include "vmm/machine/kick_target.hpp"
#include "vmm/machine/outcome.hpp"
#include "vmm/machine/run_gate.hpp"
#include "vmm/observe/cpu_progress.hpp"
#include "vmm/observe/exit_account.hpp"
#include "vmm/observe/exit_log.hpp"
#include "vmm/observe/registers.hpp"

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

namespace vitrine {

/// What the vCPUs of a machine share. All of it outlives them.
struct CpuSurroundings {
    const Bus& ports;
    const Bus& memory;
    RunGate& gate;
    MachineControl& machine;
    Interrupts& interrupts;
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

    /// Makes the thread say what the vCPU is doing, soon, without stopping it. Any thread.
    void ask();
    /// The answer to the last ask(), once; nothing when there is none yet. Any thread.
    std::optional<CpuSample> take_answer();

    unsigned id() const { return kvm_.id(); }
    Vcpu& kvm() { return kvm_; }
    const Vcpu& kvm() const { return kvm_; }

    /// Safe from any thread only for ExitAccount::returns(); the rest while the thread is stopped or paused.
    const ExitAccount& account() const { return account_; }
    const ExitLog& log() const { return log_; }
    /// Registers at the exit that killed the guest, taken before anything could reset them; for a vCPU that did not
    /// kill it, the present ones. Nothing when KVM refuses.
    std::optional<Registers> registers() const;
    /// False for a secondary that still waits for its INIT.
    bool was_started() const;

private:
    void loop();
    bool may_run();
    void log_exit(const Exit& exit, std::uint64_t returned);
    void dispatch(const Exit& exit);

    void interrupted();
    CpuSample sample();
    void add_kvm_counters(CpuSample& sample);
    void port_io();
    void memory_io(const Exit& exit);
    void unknown_msr();
    void halted();
    void fail_entry();
    void internal_error();
    void die(Ending ending, const std::string& reason);

    Vcpu kvm_;
    const CpuSurroundings& around_;
    KickTarget thread_;
    std::atomic<bool> asked_ = false; ///< set by ask() before its kick, taken after the exit request: see RunGate
    std::mutex answer_mutex_;
    std::optional<CpuSample> answer_; ///< under answer_mutex_
    /// Opened by the vCPU's thread when first asked: KVM_GET_STATS_FD waits while the vCPU runs, halted included.
    std::optional<StatsReader> stats_;
    std::uint64_t interruptions_ = 0; ///< of KVM_RUN by signals; the vCPU's thread only
    ExitAccount account_;
    ExitLog log_;
    std::optional<Registers> fatal_registers_;
};

} // namespace vitrine
