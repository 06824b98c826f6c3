#include "vmm/kvm/vcpu.hpp"

#include "vmm/kvm/ioctl.hpp"
#include "vmm/kvm/variable_buffer.hpp"

#include <algorithm>
#include <atomic>
#include <sys/mman.h>

namespace vitrine {
namespace {

kvm_run* map_run(int fd, std::size_t size)
{
    void* const mapped = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (mapped == MAP_FAILED)
        throw KvmError{"mmap of kvm_run", errno};
    return static_cast<kvm_run*>(mapped);
}

} // namespace

Vcpu::Vcpu(unsigned id, UniqueFd fd, std::size_t run_size)
    : id_{id}, fd_{std::move(fd)}, run_{map_run(fd_.get(), run_size)}, run_size_{run_size}
{}

Vcpu::Vcpu(Vcpu&& other) noexcept
    : id_{other.id_}, fd_{std::move(other.fd_)}, run_{std::exchange(other.run_, nullptr)}, run_size_{other.run_size_}
{}

Vcpu::~Vcpu()
{
    if (run_)
        ::munmap(run_, run_size_);
}

int Vcpu::run() { return kvm_ioctl::attempt(fd(), VITRINE_KVM_REQUEST(KVM_RUN), 0UL); }

std::span<std::byte> Vcpu::io_data()
{
    auto* const base = reinterpret_cast<std::byte*>(run_);
    return {base + run_->io.data_offset, std::size_t{run_->io.size} * run_->io.count};
}

void Vcpu::request_exit() { std::atomic_ref{run_->immediate_exit}.store(1, std::memory_order_seq_cst); }

void Vcpu::clear_exit_request() { std::atomic_ref{run_->immediate_exit}.store(0, std::memory_order_seq_cst); }

kvm_regs Vcpu::regs() const
{
    kvm_regs regs{};
    kvm_ioctl::call(fd(), VITRINE_KVM_REQUEST(KVM_GET_REGS), &regs);
    return regs;
}

void Vcpu::set_regs(const kvm_regs& regs) { kvm_ioctl::call(fd(), VITRINE_KVM_REQUEST(KVM_SET_REGS), &regs); }

kvm_sregs Vcpu::sregs() const
{
    kvm_sregs sregs{};
    kvm_ioctl::call(fd(), VITRINE_KVM_REQUEST(KVM_GET_SREGS), &sregs);
    return sregs;
}

void Vcpu::set_sregs(const kvm_sregs& sregs) { kvm_ioctl::call(fd(), VITRINE_KVM_REQUEST(KVM_SET_SREGS), &sregs); }

kvm_mp_state Vcpu::mp_state() const
{
    kvm_mp_state state{};
    kvm_ioctl::call(fd(), VITRINE_KVM_REQUEST(KVM_GET_MP_STATE), &state);
    return state;
}

void Vcpu::set_mp_state(std::uint32_t state)
{
    const kvm_mp_state wanted{state};
    kvm_ioctl::call(fd(), VITRINE_KVM_REQUEST(KVM_SET_MP_STATE), &wanted);
}

void Vcpu::set_cpuid(std::span<const kvm_cpuid_entry2> entries)
{
    VariableBuffer<kvm_cpuid2, kvm_cpuid_entry2> buffer{entries.size()};
    buffer->nent = static_cast<std::uint32_t>(entries.size());
    std::copy(entries.begin(), entries.end(), buffer->entries);
    kvm_ioctl::call(fd(), VITRINE_KVM_REQUEST(KVM_SET_CPUID2), buffer.get());
}

std::size_t Vcpu::read_msrs(std::span<kvm_msr_entry> entries) const
{
    VariableBuffer<kvm_msrs, kvm_msr_entry> buffer{entries.size()};
    buffer->nmsrs = static_cast<std::uint32_t>(entries.size());
    std::copy(entries.begin(), entries.end(), buffer->entries);
    const auto count = static_cast<std::size_t>(kvm_ioctl::call(fd(), VITRINE_KVM_REQUEST(KVM_GET_MSRS), buffer.get()));
    std::copy_n(buffer->entries, count, entries.begin());
    return count;
}

std::size_t Vcpu::write_msrs(std::span<const kvm_msr_entry> entries)
{
    VariableBuffer<kvm_msrs, kvm_msr_entry> buffer{entries.size()};
    buffer->nmsrs = static_cast<std::uint32_t>(entries.size());
    std::copy(entries.begin(), entries.end(), buffer->entries);
    return static_cast<std::size_t>(kvm_ioctl::call(fd(), VITRINE_KVM_REQUEST(KVM_SET_MSRS), buffer.get()));
}

std::uint64_t Vcpu::tsc_khz() const
{
    return static_cast<std::uint64_t>(kvm_ioctl::call(fd(), VITRINE_KVM_REQUEST(KVM_GET_TSC_KHZ)));
}

StatsReader Vcpu::stats() const
{
    return StatsReader{UniqueFd{kvm_ioctl::call(fd(), VITRINE_KVM_REQUEST(KVM_GET_STATS_FD))}};
}

} // namespace vitrine
