#include "arch/x86_64/acpi.hpp"

#include "arch/paging.hpp"
#include "arch/x86_64/registers.hpp"

#include <cstring>
#include <string_view>

namespace arch {
namespace {

struct [[gnu::packed]] RootPointer {
    char signature[8]; ///< "RSD PTR "
    u8 checksum;
    char oem[6];
    u8 revision;
    u32 rsdt;
    u32 length;
    u64 xsdt;
};

struct [[gnu::packed]] Header {
    char signature[4];
    u32 length; ///< header included
    u8 revision;
    u8 checksum;
    char oem[6];
    char oem_table[8];
    u32 oem_revision;
    u32 creator;
    u32 creator_revision;
};
static_assert(sizeof(Header) == 36);

/// The MADT's entries follow 8 bytes that we have no use for.
constexpr std::size_t madt_entries = sizeof(Header) + 8;

enum class MadtType : u8 { local_apic = 0, io_apic = 1, local_x2apic = 9 };

constexpr u32 cpu_enabled = 1;

struct [[gnu::packed]] MadtLocalApic {
    u8 processor;
    u8 apic_id;
    u32 flags;
};
struct [[gnu::packed]] MadtIoApic {
    u8 id;
    u8 reserved;
    u32 address;
    u32 first_gsi;
};
struct [[gnu::packed]] MadtLocalX2apic {
    u16 reserved;
    u32 apic_id;
    u32 flags;
};

bool has_signature(const char* where, std::string_view signature)
{
    return std::string_view{where, signature.size()} == signature;
}

/// The table of that name in an RSDT or XSDT, whose entries are `Address`es.
template <typename Address>
const Header* find_table(u64 list, u64 mapped_end, std::string_view signature)
{
    if (list >= mapped_end)
        return nullptr;
    const auto* const header = direct_map<const Header>({list});
    const auto* const entries = reinterpret_cast<const char*>(header + 1);
    for (std::size_t at = 0; at + sizeof(Address) <= header->length - sizeof(Header); at += sizeof(Address)) {
        Address address;
        std::memcpy(&address, entries + at, sizeof address);
        if (address >= mapped_end)
            continue;
        const auto* const table = direct_map<const Header>({address});
        if (has_signature(table->signature, signature) && table->length >= madt_entries)
            return table;
    }
    return nullptr;
}

const Header* find_madt(u64 rsdp, u64 mapped_end)
{
    if (rsdp == 0 || rsdp >= mapped_end)
        return nullptr;
    const auto& root = *direct_map<const RootPointer>({rsdp});
    if (!has_signature(root.signature, "RSD PTR "))
        return nullptr;
    constexpr std::string_view madt = "APIC";
    return root.revision >= 2 && root.xsdt != 0 ? find_table<u64>(root.xsdt, mapped_end, madt)
                                                : find_table<u32>(root.rsdt, mapped_end, madt);
}

u32 own_apic_id() { return cpuid(1).ebx >> 24; }

/// Collects the CPUs; the boot CPU is there from the start.
class CpuList {
public:
    explicit CpuList(std::span<u32> ids) : ids_{ids} { ids_[0] = own_apic_id(); }

    void add(u32 apic_id, u32 flags)
    {
        if ((flags & cpu_enabled) != 0 && apic_id != ids_[0] && count_ < ids_.size())
            ids_[count_++] = apic_id;
    }
    std::size_t count() const { return count_; }

private:
    std::span<u32> ids_;
    std::size_t count_ = 1;
};

void read_entry(MadtType type, const char* body, CpuList& cpus, vitrine::abi::Device& io_apic)
{
    if (type == MadtType::local_apic) {
        const auto& entry = *reinterpret_cast<const MadtLocalApic*>(body);
        cpus.add(entry.apic_id, entry.flags);
    } else if (type == MadtType::local_x2apic) {
        const auto& entry = *reinterpret_cast<const MadtLocalX2apic*>(body);
        cpus.add(entry.apic_id, entry.flags);
    } else if (type == MadtType::io_apic && io_apic.base == 0) {
        const auto& entry = *reinterpret_cast<const MadtIoApic*>(body);
        io_apic = {vitrine::abi::DeviceKind::ioapic, entry.first_gsi, entry.address, kernel::page_size};
    }
}

} // namespace

MachineTables read_acpi(u64 rsdp, u64 mapped_end, std::span<u32> ids)
{
    CpuList cpus{ids};
    vitrine::abi::Device io_apic{};
    if (const Header* const madt = find_madt(rsdp, mapped_end); madt != nullptr) {
        const char* const begin = reinterpret_cast<const char*>(madt);
        for (std::size_t at = madt_entries; at + 2 <= madt->length;) {
            const auto size = static_cast<u8>(begin[at + 1]);
            if (size < 2 || at + size > madt->length)
                break;
            read_entry(static_cast<MadtType>(begin[at]), begin + at + 2, cpus, io_apic);
            at += size;
        }
    }
    return {cpus.count(), io_apic};
}

} // namespace arch
