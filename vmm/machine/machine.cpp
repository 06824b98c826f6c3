#include "vmm/machine/machine.hpp"

#include "vmm/boot/load_guest.hpp"
#include "vmm/kvm/error.hpp"
#include "vmm/kvm/kvm.hpp"
#include "vmm/kvm/vm.hpp"
#include "vmm/machine/cpu_entry.hpp"
#include "vmm/machine/device_set.hpp"
#include "vmm/machine/first_ending.hpp"
#include "vmm/machine/guest_cpuid.hpp"
#include "vmm/machine/guest_memory.hpp"
#include "vmm/machine/interrupts.hpp"
#include "vmm/machine/run_gate.hpp"
#include "vmm/machine/trace_session.hpp"
#include "vmm/machine/virtual_cpu.hpp"
#include "vmm/machine/watchdog.hpp"
#include "vmm/observe/death_report.hpp"
#include "vmm/observe/tsc.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstring>
#include <deque>
#include <future>
#include <stdexcept>
#include <thread>

namespace vitrine {
namespace {

/// What KVM counted for a VM or a vCPU; nothing on hosts before Linux 5.14.
template <typename Counted>
void append_counters(std::vector<KvmCounter>& counters, const std::string& scope, const Counted& counted)
{
    try {
        for (KvmStat& stat : counted.stats().read())
            counters.push_back({scope, std::move(stat.name), stat.value});
    } catch (const KvmError&) {
        return; // our own account is complete without them
    }
}

} // namespace

namespace {

/// How long, when a run is cut short, the reader of the console may take for each piece of what is left.
constexpr std::chrono::milliseconds reader_patience{1000};

/// By someone who wants it to end now, not when the last byte has been read.
bool was_cut_short(Ending ending)
{
    return ending == Ending::stopped || ending == Ending::timeout || ending == Ending::no_progress;
}

/// Gives the VM its RAM: before it gets interrupt controllers, as a change of memory slots waits until KVM has retired
/// the bus tables that their creation replaced: 4 to 12 ms, against 0.3.
Vm& with_memory(Vm& vm, const GuestMemory& memory)
{
    unsigned slot = 0;
    for (const GuestMemory::Region& region : memory.regions())
        vm.set_memory_slot(slot++, region.base, region.host);
    return vm;
}

} // namespace

/// Members are in the order in which they are built; each refers to earlier ones only.
class Machine::Impl {
public:
    Impl(MachineConfig config, MachineIo io);
    ~Impl();
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    Outcome run();
    void pause();
    void resume() { gate_.release(); }
    void stop() { ending_.end(Ending::stopped, 0, "stopped"); }

    const MachineConfig& config() const { return config_; }
    ExitStatistics exit_statistics() const;
    TraceSummary trace_summary() const { return trace_ ? trace_->summary() : TraceSummary{}; }

private:
    using Loop = boost::asio::io_context;

    void create_cpus();
    void load();
    void run_event_loop();
    void stop_everything();
    std::string death_report_of(const Outcome& outcome) const;

    MachineConfig config_;
    MachineIo io_;
    Kvm kvm_;
    /// Asked for on a thread of its own: KVM takes half a millisecond to answer, and creating the VM is as long.
    std::future<std::vector<kvm_cpuid_entry2>> supported_cpuid_;
    GuestMemory memory_; ///< before vm_, which refers to it until it is closed
    Vm vm_;
    Loop loop_{1};
    FirstEnding ending_;
    RunGate gate_;
    Interrupts interrupts_;
    DeviceSet devices_;
    CpuSurroundings surroundings_;
    std::deque<VirtualCpu> cpus_;
    Watchdog watchdog_;
    std::optional<TraceSession> trace_; ///< from load() on, when there are rings to collect from
    bool gigabyte_pages_ = false;
    LoadedGuest guest_;
    TscClock clock_;
    std::chrono::steady_clock::time_point begin_;      ///< of the run
    std::atomic<std::chrono::nanoseconds> run_time_{}; ///< 0 until the run has ended
};

Machine::Impl::Impl(MachineConfig config, MachineIo io)
    : config_{std::move(config)},
      io_{std::move(io)},
      supported_cpuid_{std::async(std::launch::async, [this] { return kvm_.supported_cpuid(); })},
      memory_{config_.memory},
      vm_{kvm_},
      ending_{[this] { stop_everything(); }},
      interrupts_{with_memory(vm_, memory_), config_.irqchip},
      devices_{config_, io_, loop_, ending_, interrupts_},
      surroundings_{devices_.ports(), devices_.memory(), gate_, ending_, interrupts_},
      watchdog_{loop_, cpus_, ending_}
{
    create_cpus();
    load();
}

/// Closing a VM, too, waits until KVM has retired those bus tables, and is in no hurry: after a short run it sleeps for
/// 13 ms. Taking RAM away first makes KVM hurry.
Machine::Impl::~Impl()
{
    if (config_.irqchip != IrqChip::kernel)
        return;
    try {
        vm_.set_memory_slot(0, GuestAddress{}, {});
    } catch (const KvmError&) { // then closing is slow, and that is all
    }
}

void Machine::Impl::create_cpus()
{
    if (config_.irqchip == IrqChip::none && config_.cpus > 1)
        throw std::invalid_argument{"irqchip `none` allows one CPU: without local APICs no other can be started"};
    (void)vm_.enable_unknown_msr_exits(); // without them KVM itself raises #GP: the same for the guest
    for (unsigned id = 0; id < config_.cpus; ++id)
        cpus_.emplace_back(vm_.create_vcpu(id), surroundings_);

    const bool has_deadline_timer = kvm_.capability(KVM_CAP_TSC_DEADLINE_TIMER) != 0;
    GuestCpuid cpuid{supported_cpuid_.get(), config_.irqchip, has_deadline_timer, config_.cpus,
                     cpus_.front().kvm().tsc_khz()};
    gigabyte_pages_ = cpuid.has_gigabyte_pages();
    for (VirtualCpu& cpu : cpus_) {
        cpu.kvm().set_cpuid(cpuid.of_cpu(cpu.id()));
        set_firmware_msrs(cpu.kvm());
    }
}

void Machine::Impl::load()
{
    const std::vector<abi::Device> devices = devices_.list();
    Vcpu& boot_cpu = cpus_.front().kvm();
    MachineFacts facts{.devices = devices, .tsc_khz = boot_cpu.tsc_khz(), .gigabyte_pages = gigabyte_pages_};
    request_trace(config_.trace, facts);
    guest_ = load_guest(config_, memory_, facts);
    if (guest_.trace_rings != GuestAddress{}) {
        trace_.emplace(config_, memory_, guest_.trace_rings, facts.tsc_khz, vm_, loop_);
        devices_.attach_trace(trace_->port());
    }
    enter_at(boot_cpu, guest_.entry); // the others wait for INIT and SIPI
}

void Machine::Impl::stop_everything()
{
    gate_.shut();
    devices_.console().close();
    for (VirtualCpu& cpu : cpus_)
        cpu.kick();
    loop_.stop();
}

Outcome Machine::Impl::run()
{
    {
        // Around the console input: a second signal, while the vCPUs stop, must not kill us before the terminal is
        // restored. Whoever then waits for a slow reader of the console can be killed again.
        boost::asio::signal_set signals{loop_, SIGINT, SIGTERM};
        signals.async_wait([this](const boost::system::error_code& error, int signal) {
            if (!error)
                ending_.end(Ending::stopped, static_cast<std::uint8_t>(status_signal_base + signal),
                            fmt::format("by signal {} ({})", signal, ::strsignal(signal)));
        });
        const auto input = devices_.start_console_input(io_.console_input, loop_, ending_);
        begin_ = std::chrono::steady_clock::now();
        std::vector<std::jthread> threads; // end before the console input, which they call
        for (VirtualCpu& cpu : cpus_)
            threads.emplace_back([&cpu] { cpu.run(); });
        run_event_loop();
    }
    run_time_ = clock_.elapsed();
    devices_.console().flush(was_cut_short(ending_.outcome().ending) ? std::optional{reader_patience} : std::nullopt);
    if (trace_)
        trace_->finish();

    Outcome outcome = ending_.outcome();
    if (outcome.is_death())
        outcome.report = death_report_of(outcome);
    return outcome;
}

std::string Machine::Impl::death_report_of(const Outcome& outcome) const
{
    std::vector<CpuState> states;
    for (const VirtualCpu& cpu : cpus_) {
        const bool started = cpu.was_started();
        states.push_back({.id = cpu.id(),
                          .activity = started ? watchdog_.activity_of(cpu.id()) : "never started",
                          .registers = started ? cpu.registers() : std::nullopt,
                          .exits = cpu.log().in_order()});
    }
    return death_report(outcome.reason, states,
                        {.memory = memory_,
                         .symbols = guest_.symbols,
                         .names = devices_,
                         .nanoseconds_per_cycle = clock_.nanoseconds_per_cycle()});
}

void Machine::Impl::run_event_loop()
{
    const auto stay = boost::asio::make_work_guard(loop_);
    watchdog_.start(config_.timeout, config_.no_progress);
    try {
        loop_.run();
    } catch (const std::exception& error) {
        ending_.end(Ending::vmm_error, status_vmm_error, error.what());
    }
}

void Machine::Impl::pause()
{
    gate_.hold();
    for (VirtualCpu& cpu : cpus_)
        cpu.kick();
    gate_.wait_until_quiet();
}

ExitStatistics Machine::Impl::exit_statistics() const
{
    ExitStatistics statistics;
    const double scale = clock_.nanoseconds_per_cycle();
    append_counters(statistics.kvm, "vm", vm_);
    for (const VirtualCpu& cpu : cpus_) {
        append_counters(statistics.kvm, fmt::format("vcpu {}", cpu.id()), cpu.kvm());
        auto rows = cpu.account().rows(cpu.id(), devices_, scale);
        std::move(rows.begin(), rows.end(), std::back_inserter(statistics.rows));
        statistics.kvm_run_returns.push_back(cpu.account().returns());
    }
    std::ranges::stable_sort(statistics.rows, std::ranges::greater{},
                             [](const ExitRow& row) { return row.root.total; });
    if (const auto first_write = devices_.console().first_write())
        statistics.first_output = *first_write - begin_;
    const std::chrono::nanoseconds run_time = run_time_;
    statistics.elapsed = run_time == run_time.zero() ? clock_.elapsed() : run_time;
    return statistics;
}

Machine::Machine(MachineConfig config, MachineIo io) : impl_{std::make_unique<Impl>(std::move(config), std::move(io))}
{}
Machine::~Machine() = default;

Outcome Machine::run() { return impl_->run(); }
void Machine::pause() { impl_->pause(); }
void Machine::resume() { impl_->resume(); }
void Machine::stop() { impl_->stop(); }
const MachineConfig& Machine::config() const { return impl_->config(); }
ExitStatistics Machine::exit_statistics() const { return impl_->exit_statistics(); }
TraceSummary Machine::trace_summary() const { return impl_->trace_summary(); }

} // namespace vitrine
