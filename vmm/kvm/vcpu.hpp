#pragma once

#include "vmm/kvm/kvm_api.hpp"
#include "vmm/kvm/stats.hpp"
#include "vmm/kvm/unique_fd.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace vitrine {

/// A virtual processor as KVM knows it: its file descriptor and the kvm_run structure shared with the kernel.
/// One thread runs it; the register functions block while it runs. Functions throw KvmError unless they say otherwise.
class Vcpu {
public:
    /// Takes over the descriptor that KVM_CREATE_VCPU gave: see Vm::create_vcpu.
    Vcpu(unsigned id, UniqueFd fd, std::size_t run_size);
    Vcpu(Vcpu&& other) noexcept;
    Vcpu& operator=(Vcpu&&) = delete;
    ~Vcpu();

    unsigned id() const { return id_; }
    int fd() const { return fd_.get(); }

    /// KVM_RUN: returns 0 with shared().exit_reason set, or -errno (-EINTR: kicked; -EAGAIN: run again). Does not
    /// throw.
    int run();

    /// The structure shared with the kernel; valid between two runs.
    kvm_run& shared() { return *run_; }
    const kvm_run& shared() const { return *run_; }
    /// The data of a KVM_EXIT_IO: `count` elements of `size` bytes.
    std::span<std::byte> io_data();

    /// Makes the next (or present) run() return -EINTR at once, when a signal interrupts it. Safe from any thread.
    void request_exit();
    /// Takes the request back; on the running thread, between two runs.
    void clear_exit_request();

    kvm_regs regs() const;
    void set_regs(const kvm_regs& regs);
    kvm_sregs sregs() const;
    void set_sregs(const kvm_sregs& sregs);
    kvm_mp_state mp_state() const;
    void set_mp_state(std::uint32_t state);

    void set_cpuid(std::span<const kvm_cpuid_entry2> entries);
    /// KVM_GET_MSRS; the number read: the first that KVM does not know ends it.
    std::size_t read_msrs(std::span<kvm_msr_entry> entries) const;
    /// KVM_SET_MSRS; likewise.
    std::size_t write_msrs(std::span<const kvm_msr_entry> entries);

    /// The guest's TSC frequency in kHz.
    std::uint64_t tsc_khz() const;

    /// KVM_GET_STATS_FD of this vCPU.
    StatsReader stats() const;

private:
    unsigned id_;
    UniqueFd fd_;
    kvm_run* run_; ///< mapped, run_size_ bytes
    std::size_t run_size_;
};

} // namespace vitrine
