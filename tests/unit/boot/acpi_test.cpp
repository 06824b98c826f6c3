#include "guest_fixture.hpp"

#include "vmm/boot/acpi.hpp"

#include <array>
#include <numeric>

namespace vitrine::test {
namespace {

struct AcpiTest : testing::Test {
    GuestFixture guest;
    Placement placement{guest.memory, "image"};

    std::uint8_t sum_of(std::uint64_t address, std::uint64_t size) const
    {
        const auto bytes = guest.memory.span(GuestAddress{address}, Bytes{size});
        return std::accumulate(bytes.begin(), bytes.end(), std::uint8_t{0}, [](std::uint8_t sum, std::byte byte) {
            return static_cast<std::uint8_t>(sum + std::to_integer<std::uint8_t>(byte));
        });
    }
    std::uint32_t length_of(std::uint64_t table) const
    {
        return guest.memory.read<std::uint32_t>(GuestAddress{table + 4});
    }
    /// By way of RSDP and XSDT, as a guest finds it.
    std::uint64_t table(GuestAddress rsdp, std::string_view signature) const
    {
        const auto xsdt = guest.memory.read<std::uint64_t>(rsdp + Bytes{24});
        for (std::uint64_t at = 36; at < length_of(xsdt); at += 8) {
            const auto address = guest.memory.read<std::uint64_t>(GuestAddress{xsdt + at});
            if (guest.text_at(address, 4) == signature)
                return address;
        }
        ADD_FAILURE() << "no table " << signature;
        return 0;
    }
};

TEST_F(AcpiTest, EveryChecksumIsRight)
{
    const GuestAddress rsdp = place_acpi_tables(placement, guest.config, guest.facts);

    EXPECT_EQ(sum_of(rsdp.value, 20), 0);
    EXPECT_EQ(sum_of(rsdp.value, 36), 0);
    const auto xsdt = guest.memory.read<std::uint64_t>(rsdp + Bytes{24});
    const std::uint64_t fadt = table(rsdp, "FACP");
    const auto dsdt = guest.memory.read<std::uint64_t>(GuestAddress{fadt + 140});
    for (const std::uint64_t address : {xsdt, fadt, dsdt, table(rsdp, "APIC")})
        EXPECT_EQ(sum_of(address, length_of(address)), 0) << guest.text_at(address, 4);
    EXPECT_EQ(guest.text_at(dsdt, 4), "DSDT");
}

/// Kernels that know nothing but ACPI 1.0 read it, kvm-unit-tests for one.
TEST_F(AcpiTest, TheRsdtListsWhatTheXsdtLists)
{
    const GuestAddress rsdp = place_acpi_tables(placement, guest.config, guest.facts);

    const GuestAddress rsdt{guest.memory.read<std::uint32_t>(rsdp + Bytes{16})};
    EXPECT_EQ(guest.text_at(rsdt.value, 4), "RSDT");
    EXPECT_EQ(sum_of(rsdt.value, length_of(rsdt.value)), 0);
    ASSERT_EQ(length_of(rsdt.value), 36U + 2 * sizeof(std::uint32_t));
    EXPECT_EQ(guest.memory.read<std::uint32_t>(rsdt + Bytes{36}), table(rsdp, "FACP"));
    EXPECT_EQ(guest.memory.read<std::uint32_t>(rsdt + Bytes{40}), table(rsdp, "APIC"));
}

TEST_F(AcpiTest, ListsEveryCpuAndTheIoapic)
{
    const std::array<abi::Device, 1> devices{{{abi::DeviceKind::ioapic, 0, 0xfec0'0000, 0x1000}}};
    guest.facts.devices = devices;
    guest.config.cpus = 300; // the later ones have no 8-bit APIC id

    const GuestAddress rsdp = place_acpi_tables(placement, guest.config, guest.facts);

    const std::uint64_t madt = table(rsdp, "APIC");
    unsigned cpus = 0;
    unsigned ioapics = 0;
    for (std::uint64_t at = 44; at < length_of(madt);
         at += guest.memory.read<std::uint8_t>(GuestAddress{madt + at + 1})) {
        const auto type = guest.memory.read<std::uint8_t>(GuestAddress{madt + at});
        cpus += type == 0 || type == 9 ? 1 : 0;
        ioapics += type == 1 ? 1 : 0;
        if (type == 1) {
            EXPECT_EQ(guest.memory.read<std::uint32_t>(GuestAddress{madt + at + 4}), 0xfec0'0000U);
        }
    }
    EXPECT_EQ(cpus, 300U);
    EXPECT_EQ(ioapics, 1U);
}

TEST_F(AcpiTest, LiesWhereASearchOfTheBiosAreaFindsIt)
{
    const GuestAddress rsdp = place_acpi_tables(placement, guest.config, guest.facts);

    EXPECT_GE(rsdp.value, 0xe'0000U);
    EXPECT_EQ(rsdp.value % 16, 0U);
    EXPECT_EQ(type_at(placement.memory_map(), rsdp.value), abi::MemoryType::acpi);
}

} // namespace
} // namespace vitrine::test
