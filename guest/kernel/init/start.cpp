#include "arch/cpu.hpp"
#include "arch/paging.hpp"
#include "arch/upcalls.hpp"
#include "drivers/serial.hpp"
#include "kernel/debug/checks.hpp"
#include "kernel/init/boot_step.hpp"
#include "kernel/init/command_line.hpp"
#include "kernel/printk.hpp"
#include "kernel/proc/init.hpp"
#include "kernel/sched/schedule.hpp"

namespace kernel {
namespace {

constinit const vitrine::abi::BootInfo* info = nullptr;

void check(const vitrine::abi::BootInfo& boot)
{
    if (boot.magic != vitrine::abi::boot_magic || boot.version != vitrine::abi::boot_version)
        panic("the boot information is not of this kernel's version");
}

} // namespace

const vitrine::abi::BootInfo& boot_info() { return *info; }

void start(const vitrine::abi::BootInfo& boot)
{
    info = &boot;
    debug::start_checks();
    serial::set_up(boot);
    check(boot);
    configure_log(command_line::text());
    printk(LogLevel::info, "Vitrine guest kernel");
    run_boot_steps();
    proc::start_init();
    sched::run_idle(); // the boot is this CPU's idle task now
}

} // namespace kernel
