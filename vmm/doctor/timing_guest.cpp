#include "vmm/doctor/timing_guest.hpp"

#include "vmm/kvm/error.hpp"
#include "vmm/kvm/vm.hpp"
#include "vmm/machine/cpu_entry.hpp"
#include "vmm/machine/guest_memory.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <stdexcept>
#include <unistd.h>

namespace vitrine::doctor {
namespace {

using Clock = std::chrono::steady_clock;

constexpr GuestAddress code_address{0x1000};
constexpr GuestAddress port_writes_address{0x2000};
constexpr Bytes port_writes{4096}; ///< one byte each
constexpr unsigned loop_count = 1000;
constexpr unsigned instructions_per_turn = 2;
constexpr unsigned measured_exits = 1000;
constexpr unsigned first_exits = 50; ///< not measured: caches and shadow pages fill
constexpr unsigned patience_seconds = 5;

// Times the loop, reports, then falls into the page of port writes.
constexpr std::uint8_t code[] = {
    0x0f, 0x31,                   // rdtsc
    0x89, 0xc6,                   // mov esi, eax
    0xb9, 0xe8, 0x03, 0x00, 0x00, // mov ecx, 1000
    0x49,                         // again: dec ecx
    0x75, 0xfd,                   // jnz again
    0x0f, 0x31,                   // rdtsc
    0x29, 0xf0,                   // sub eax, esi
    0xba, 0x0d, 0x00, 0x00, 0x00, // mov edx, 0xd
    0xef,                         // out dx, eax
    0xe9, 0xe5, 0x0f, 0x00, 0x00, // jmp 0x2000
};
static_assert(loop_count == 0x3e8);
static_assert(code_address.value + sizeof code + 0xfe5 == port_writes_address.value);
constexpr std::byte out_dx_al{0xee};

/// Interrupts a KVM_RUN that does not come back.
class Alarm {
public:
    Alarm()
    {
        struct sigaction action {};
        action.sa_handler = [](int) {};
        ::sigaction(SIGALRM, &action, &previous_);
        ::alarm(patience_seconds);
    }
    ~Alarm()
    {
        ::alarm(0);
        ::sigaction(SIGALRM, &previous_, nullptr);
    }
    Alarm(const Alarm&) = delete;
    Alarm& operator=(const Alarm&) = delete;

private:
    struct sigaction previous_ {};
};

void run_to_port_write(Vcpu& vcpu)
{
    const int result = vcpu.run();
    if (result == -EINTR)
        throw std::runtime_error{fmt::format("the guest did not come back in {} s", patience_seconds)};
    if (result < 0)
        throw KvmError{"KVM_RUN", -result};
    if (vcpu.shared().exit_reason != KVM_EXIT_IO)
        throw std::runtime_error{fmt::format("the guest ended with exit reason {}", vcpu.shared().exit_reason)};
}

std::uint32_t reported_cycles(Vcpu& vcpu)
{
    const auto data = vcpu.io_data();
    std::uint32_t cycles = 0;
    if (data.size() != sizeof cycles)
        throw std::runtime_error{"the guest reported no time"};
    std::memcpy(&cycles, data.data(), sizeof cycles);
    return cycles;
}

} // namespace

GuestTiming run_timing_guest(const Kvm& kvm)
{
    const GuestMemory memory{{.size = Bytes{1 << 20}}};
    memory.write(code_address, std::as_bytes(std::span{code}));
    memory.fill(port_writes_address, port_writes, out_dx_al);

    GuestTiming timing;
    const auto before = Clock::now();
    Vm vm{kvm};
    timing.create_vm = Clock::now() - before;
    vm.set_memory_slot(0, memory.regions().front().base, memory.regions().front().host);
    Vcpu vcpu = vm.create_vcpu(0);
    EntryState entry;
    entry.mode = CpuMode::protected32;
    entry.rip = code_address.value;
    enter_at(vcpu, entry);

    const Alarm alarm;
    run_to_port_write(vcpu);
    timing.cycles_per_instruction = static_cast<double>(reported_cycles(vcpu)) / (loop_count * instructions_per_turn);
    for (unsigned i = 0; i < first_exits; ++i)
        run_to_port_write(vcpu);
    auto last = Clock::now();
    for (unsigned i = 0; i < measured_exits; ++i) {
        run_to_port_write(vcpu);
        timing.exits.push_back(Clock::now() - std::exchange(last, Clock::now()));
    }
    std::sort(timing.exits.begin(), timing.exits.end());
    return timing;
}

} // namespace vitrine::doctor
