#include "kernel/proc/process.hpp"

#include "arch/interrupts.hpp"
#include "arch/user_half.hpp"
#include "kernel/proc/real_timer.hpp"

#include <utility>

namespace kernel {

Process::Process(Pid pid, Ref<mm::AddressSpace> address_space, Ref<fs::Context> context, Ref<fs::OpenFiles> open_files)
    : pid_{pid},
      address_space_{std::move(address_space)},
      context_{std::move(context)},
      open_files_{std::move(open_files)}
{}

Process::~Process() { const Box<proc::RealTimer> timer{real_timer.value()}; }

Result<void> Process::unshare_files()
{
    open_files_ = TRY(open_files_->duplicate());
    return {};
}

void Process::join(Ref<Process> process)
{
    const arch::InterruptsOff masked; // a switch loads what the task says
    Process* const joined = Task::current().process = process.leak();
    joined->address_space().activate();
}

Ref<Process> Process::leave()
{
    const arch::InterruptsOff masked;
    arch::leave_user_half();
    return Ref<Process>::adopt(std::exchange(Task::current().process, nullptr));
}

Ref<mm::AddressSpace> Process::replace_address_space(Ref<mm::AddressSpace> address_space)
{
    const arch::InterruptsOff masked; // no switch between the two
    std::swap(address_space_, address_space);
    address_space_->activate();
    return address_space;
}

void Process::close_files()
{
    open_files_ = {};
    context_ = {};
}

void Process::release_memory() { address_space_ = {}; }

} // namespace kernel
