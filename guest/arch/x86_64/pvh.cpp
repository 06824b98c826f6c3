// The PVH entry's second half: turns hvm_start_info into a BootInfo and builds the page tables that a BootInfo comes
// with, so that everything after it is the same as for the direct entry. Runs on the tables of entry.S, which map the
// first 4 GiB only.
#include "arch/x86_64/pvh.hpp"

#include "abi/boot_paging.hpp"
#include "arch/cpu.hpp"
#include "arch/paging.hpp"
#include "arch/x86_64/acpi.hpp"
#include "arch/x86_64/pvh_memory.hpp"
#include "arch/x86_64/registers.hpp"
#include "kernel/init/command_line.hpp"

#include <algorithm>
#include <cstring>

extern "C" {
extern const char kernel_image_begin[];
extern const char kernel_rodata_begin[];
extern const char kernel_data_begin[];
extern const char kernel_image_end[];
}

namespace arch::pvh {
namespace {

using namespace vitrine::abi;

constexpr u64 mapped_at_entry = 4ULL << 30;

/// What BootInfo points to. In .bss, so only CPUs that come by PVH touch it.
struct Tables {
    BootInfo boot;
    Device devices[3];
    u32 cpus[max_cpus];
};
constinit Tables tables{};

u64 physical(const void* in_image) { return reinterpret_cast<u64>(in_image) - kernel_image_base; }

/// Memory for page tables: what lies behind the kernel in its range of RAM.
class TablePages {
public:
    TablePages(u64 begin, u64 end) : next_{kernel::align_up(begin, small_page)}, end_{end} {}

    u64 allocate()
    {
        if (next_ + small_page > end_)
            return 0;
        const u64 page = next_;
        next_ += small_page;
        std::memset(entries(page), 0, small_page);
        return page;
    }
    static u64* entries(u64 page) { return direct_map<u64>({page}); }
    u64 next() const { return next_; }

private:
    u64 next_;
    u64 end_;
};

/// Room for page tables behind the image, up to whatever comes next.
TablePages pages_behind_image(const MemoryMap& memory)
{
    const u64 begin = physical(kernel_image_end);
    for (const MemoryRange& range : memory.ranges())
        if (range.type == MemoryType::usable && range.base <= begin && begin < range.base + range.size)
            return {begin, std::min(range.base + range.size, mapped_at_entry)};
    return {begin, begin};
}

u64 build_page_tables(TablePages& pages, const MemoryMap& memory)
{
    const auto segment = [](const char* begin, const char* end, u64 permissions) {
        return PageRun{reinterpret_cast<u64>(begin), physical(begin),
                       kernel::align_up(static_cast<u64>(end - begin), small_page), permissions | page_global};
    };
    const PageRun image[] = {
        segment(kernel_image_begin, kernel_rodata_begin, 0),
        segment(kernel_rodata_begin, kernel_data_begin, page_no_execute),
        segment(kernel_data_begin, kernel_image_end, page_writable | page_no_execute),
    };
    constexpr u32 huge_pages_bit = 1U << 26;
    const bool huge_pages = (cpuid(0x8000'0001).edx & huge_pages_bit) != 0;
    return build_boot_page_tables(pages, image, memory.ranges(), huge_pages ? huge_page : large_page);
}

void describe_devices()
{
    constexpr u64 com1 = 0x3f8;
    constexpr u64 com1_ports = 8;
    constexpr u32 com1_gsi = 4;
    tables.devices[0] = {DeviceKind::serial_16550, com1_gsi, com1, com1_ports};
    tables.boot.devices = {physical(tables.devices), 1};
    const MachineTables acpi = read_acpi(tables.boot.rsdp, mapped_at_entry, tables.cpus);
    if (acpi.io_apic.base != 0) {
        tables.devices[1] = acpi.io_apic;
        tables.boot.devices.count = 2;
    }
    tables.boot.cpus = {physical(tables.cpus), acpi.cpu_count};
}

MemoryMap& memory_map(const StartInfo& start)
{
    static MemoryMap memory{{direct_map<const MemoryMapEntry>({start.memory_map}), start.memory_map_entries}};
    return memory;
}

KernelMode kernel_mode_in(std::string_view command_line)
{
    const std::string_view mode = kernel::command_line::find(command_line, "kernel_mode").value_or("");
    if (mode == "ring0")
        return KernelMode::ring0;
    return mode == "ring3" ? KernelMode::ring3 : KernelMode::automatic;
}

} // namespace

/// See entry.S. Returns the physical address of the BootInfo.
extern "C" u64 pvh_boot_info(u32 start_address)
{
    const StartInfo& start = *direct_map<const StartInfo>({start_address});
    if (start.magic != start_magic || start.version == 0)
        for (;;) // no console is known yet to say so on
            asm volatile("cli; hlt");
    BootInfo& boot = tables.boot;
    boot.magic = boot_magic;
    boot.version = boot_version;
    boot.size = sizeof boot;
    boot.flags = boot_debug_exit;
    boot.rsdp = start.rsdp;
    MemoryMap& memory = memory_map(start);
    TablePages pages = pages_behind_image(memory);
    if (start.command_line != 0) {
        const std::string_view line{direct_map<const char>({start.command_line})};
        boot.command_line = {start.command_line, line.size()};
        boot.kernel_mode = kernel_mode_in(line);
        memory.claim(boot.command_line.address, boot.command_line.count, MemoryType::boot_data);
    }
    if (start.module_count != 0) {
        const Module& initramfs = *direct_map<const Module>({start.modules});
        boot.initramfs = {initramfs.address, initramfs.size};
        memory.claim(initramfs.address, initramfs.size, MemoryType::initramfs);
    }
    const u64 image = physical(kernel_image_begin);
    memory.claim(image, physical(kernel_image_end) - image, MemoryType::kernel);
    boot.page_tables = build_page_tables(pages, memory);
    if (boot.page_tables == 0)
        for (;;)
            asm volatile("cli; hlt");
    memory.claim(physical(kernel_image_end), pages.next() - physical(kernel_image_end), MemoryType::boot_data);
    boot.memory = {physical(memory.ranges().data()), memory.ranges().size()};
    describe_devices(); // while ACPI tables are mapped that lie in memory which is not RAM to us
    write_cr3(boot.page_tables);
    return physical(&boot);
}

} // namespace arch::pvh
