#include "kernel/proc/process.hpp"

#include "arch/interrupts.hpp"

#include <utility>

namespace kernel {

Process::Process(Pid pid, Ref<mm::AddressSpace> address_space, Ref<fs::Inode> current_directory)
    : pid_{pid}, address_space_{std::move(address_space)}, current_directory_{std::move(current_directory)}
{}

Ref<mm::AddressSpace> Process::replace_address_space(Ref<mm::AddressSpace> address_space)
{
    const arch::InterruptsOff masked; // no switch between the two
    std::swap(address_space_, address_space);
    address_space_->activate();
    return address_space;
}

} // namespace kernel
