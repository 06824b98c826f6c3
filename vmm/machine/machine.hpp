#pragma once

#include "vmm/machine/machine_config.hpp"
#include "vmm/machine/outcome.hpp"
#include "vmm/observe/exit_statistics.hpp"
#include "vmm/observe/trace_summary.hpp"

#include <functional>
#include <memory>
#include <string_view>

namespace vitrine {

/// Where the guest's console goes and comes from. File descriptors are not owned; -1: none.
struct MachineIo {
    int console_input = -1;
    int console_output = -1;
    /// Called with each piece of console output besides writing it, on the event-loop thread; may be empty.
    std::function<void(std::string_view)> console_observer;
};

/// A virtual machine from its MachineConfig to its Outcome. One thread runs the event loop inside run(); each vCPU has
/// a thread that does nothing but KVM_RUN and dispatch.
class Machine {
public:
    /// Builds all of it: memory, vCPUs, devices, the loaded image. Throws KvmError, ImageError, GuestMemoryError,
    /// std::system_error, and std::invalid_argument for more than one CPU without an irqchip; whatever was built is
    /// undone.
    Machine(MachineConfig config, MachineIo io);
    ~Machine();

    /// Runs to the end. Called once.
    Outcome run();

    /// From any thread. pause() returns when every vCPU is out of KVM_RUN; it waits for their device accesses to end,
    /// and so must not be called on the event-loop thread. Each pause() needs its resume().
    void pause();
    void resume();
    void stop();

    const MachineConfig& config() const;
    /// Complete once run() has returned; while it is running, pause() first.
    ExitStatistics exit_statistics() const;
    /// Complete once run() has returned. Empty when nothing was traced: the config did not ask, or the guest cannot.
    TraceSummary trace_summary() const;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace vitrine
