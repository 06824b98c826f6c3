#include "tests/unit/guest/fake/machine.hpp"

#include "arch/paging.hpp"
#include "kernel/init/boot_step.hpp"
#include "kernel/mm/page_allocator.hpp"
#include "kernel/mm/vmalloc.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>

namespace arch {
u64 direct_map_offset = 0;
} // namespace arch

namespace fake {
namespace {

using vitrine::abi::MemoryRange;
using vitrine::abi::MemoryType;

vitrine::abi::BootInfo boot_information;
constexpr std::uint64_t tables_at = 0x1000; ///< where the memory map lies, in the page that is never usable

std::vector<MemoryRange> usual_memory(std::size_t size)
{
    constexpr auto mebibyte = Machine::mebibyte;
    return {{0, 0x2000, MemoryType::boot_data, 0},
            {0x2000, 0x9'e000, MemoryType::usable, 0},
            {2 * mebibyte, mebibyte, MemoryType::kernel, 0},
            {3 * mebibyte, size - 3 * mebibyte, MemoryType::usable, 0}};
}

} // namespace

vitrine::abi::BootInfo& boot_info() { return boot_information; }

Machine::Machine(std::size_t size, std::uint32_t boot_flags) : Machine{size, usual_memory(size), boot_flags} {}

Machine::Machine(std::size_t size, std::vector<MemoryRange> memory, std::uint32_t boot_flags) : size_{size}
{
    void* const ram = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (ram == MAP_FAILED)
        throw std::bad_alloc{};
    ram_ = static_cast<std::byte*>(ram);
    arch::direct_map_offset = reinterpret_cast<u64>(ram_);
    if ((boot_flags & vitrine::abi::boot_ram_is_zeroed) == 0)
        std::memset(ram_, 0xa5, size);
    std::memcpy(at(tables_at), memory.data(), memory.size() * sizeof(MemoryRange));
    boot_information = {};
    boot_information.magic = vitrine::abi::boot_magic;
    boot_information.flags = boot_flags;
    boot_information.memory = {tables_at, memory.size()};
}

Machine::~Machine() { munmap(ram_, size_); }

void Machine::boot_pages() { kernel::mm::set_up_page_allocator(); }

Machine& booted_machine()
{
    static Machine machine{24 * Machine::mebibyte};
    static const bool booted = [] {
        machine.boot_pages();
        kernel::mm::set_up_vmalloc();
        return true;
    }();
    static_cast<void>(booted);
    return machine;
}

} // namespace fake

namespace kernel {
const vitrine::abi::BootInfo& boot_info() { return fake::boot_information; }
} // namespace kernel
