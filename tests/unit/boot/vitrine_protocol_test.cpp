#include "guest_fixture.hpp"
#include "page_walk.hpp"

#include "abi/boot_paging.hpp"
#include "abi/layout.hpp"

#include <gmock/gmock.h>

#include <array>

namespace vitrine::test {
namespace {

using testing::HasSubstr;

abi::BootInfo boot_info(const GuestFixture& guest, const LoadedGuest& loaded)
{
    return guest.memory.read<abi::BootInfo>(GuestAddress{loaded.entry.rsi});
}

template <typename T>
std::vector<T> table(const GuestFixture& guest, const abi::Table& table)
{
    std::vector<T> elements(table.count);
    guest.memory.read(GuestAddress{table.address}, std::as_writable_bytes(std::span{elements}));
    return elements;
}

TEST(VitrineProtocol, EntersTheKernelAtItsElfEntryInLongMode)
{
    GuestFixture guest;

    const LoadedGuest loaded = guest.load(make_vitrine_kernel());

    EXPECT_EQ(loaded.protocol, BootProtocol::vitrine);
    EXPECT_EQ(loaded.entry.mode, CpuMode::long64);
    EXPECT_EQ(loaded.entry.rip, abi::kernel_image_base + abi::kernel_physical_base);
    EXPECT_EQ(loaded.entry.rdi, loaded.entry.rsi);
    EXPECT_EQ(guest.memory.read<std::uint64_t>(loaded.entry.gdt + Bytes{0x10}), 0x00af'9b00'0000'ffff);
    EXPECT_EQ(loaded.entry.gdt_limit, 31);
}

TEST(VitrineProtocol, TellsTheKernelWhatTheMachineIs)
{
    const std::array<abi::Device, 1> devices{{{abi::DeviceKind::serial_16550, 4, 0x3f8, 8}}};
    GuestFixture guest;
    guest.config.command_line = "quiet";
    guest.config.cpus = 3;
    guest.config.kernel_mode = KernelModeChoice::ring3;
    guest.facts.devices = devices;
    guest.facts.tsc_khz = 3'000'000;

    const LoadedGuest loaded = guest.load(make_vitrine_kernel());

    const abi::BootInfo info = boot_info(guest, loaded);
    EXPECT_EQ(info.magic, abi::boot_magic);
    EXPECT_EQ(info.version, abi::boot_version);
    EXPECT_EQ(info.size, sizeof info);
    EXPECT_EQ(info.flags, abi::boot_ram_is_zeroed);
    EXPECT_EQ(info.kernel_mode, abi::KernelMode::ring3);
    EXPECT_EQ(info.tsc_khz, 3'000'000U);
    EXPECT_EQ(info.page_tables, loaded.entry.page_tables.value);
    EXPECT_EQ(guest.text_at(info.command_line.address, info.command_line.count), "quiet");
    EXPECT_THAT(table<std::uint32_t>(guest, info.cpus), testing::ElementsAre(0, 1, 2));
    const auto told = table<abi::Device>(guest, info.devices);
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told[0].base, 0x3f8U);
}

TEST(VitrineProtocol, GivesAMemoryMapThatAccountsForAllRam)
{
    GuestFixture guest;
    guest.facts.trace_ring_size = Bytes{64 << 10};

    const LoadedGuest loaded = guest.load(make_vitrine_kernel());

    expect_sound(loaded.memory_map, guest.memory.size());
    const abi::BootInfo info = boot_info(guest, loaded);
    const auto told = table<abi::MemoryRange>(guest, info.memory);
    ASSERT_EQ(told.size(), loaded.memory_map.size());
    EXPECT_EQ(std::memcmp(told.data(), loaded.memory_map.data(), told.size() * sizeof told[0]), 0);
    EXPECT_EQ(type_at(told, 0x1000), abi::MemoryType::usable);
    EXPECT_EQ(type_at(told, 0xa'0000), abi::MemoryType::reserved);
    EXPECT_EQ(type_at(told, abi::kernel_physical_base), abi::MemoryType::kernel);
    EXPECT_EQ(type_at(told, abi::kernel_physical_base + 0x4fff), abi::MemoryType::kernel);
    EXPECT_EQ(type_at(told, abi::kernel_physical_base + 0x5000), abi::MemoryType::usable);
    EXPECT_EQ(type_at(told, loaded.entry.rsi), abi::MemoryType::boot_data);
    EXPECT_EQ(type_at(told, info.page_tables), abi::MemoryType::boot_data);
    EXPECT_EQ(type_at(told, loaded.trace_rings.value), abi::MemoryType::trace);
}

TEST(VitrineProtocol, MapsTheImageByItsSegmentsPermissions)
{
    GuestFixture guest;

    const LoadedGuest loaded = guest.load(make_vitrine_kernel());

    const std::uint64_t text = abi::kernel_image_base + abi::kernel_physical_base;
    const auto code = translate(guest.memory, loaded.entry.page_tables, text + 0x1004);
    ASSERT_TRUE(code);
    EXPECT_EQ(code->physical.value, abi::kernel_physical_base + 0x1004);
    EXPECT_TRUE(code->executable);
    EXPECT_FALSE(code->writable);
    EXPECT_FALSE(code->user);
    const auto data = translate(guest.memory, loaded.entry.page_tables, text + 0x4fff);
    ASSERT_TRUE(data);
    EXPECT_TRUE(data->writable);
    EXPECT_FALSE(data->executable);
    EXPECT_FALSE(translate(guest.memory, loaded.entry.page_tables, text - 1));
    EXPECT_FALSE(translate(guest.memory, loaded.entry.page_tables, text + 0x5000));
    EXPECT_EQ(guest.text_at(abi::kernel_physical_base + 0x2000, 4), "data");
}

TEST(VitrineProtocol, MapsAllRamWritableAndNotExecutableAndNothingInTheLowerHalf)
{
    GuestFixture guest{Bytes{33 << 20}};

    const LoadedGuest loaded = guest.load(make_vitrine_kernel());

    const auto at = [&](std::uint64_t physical) {
        return translate(guest.memory, loaded.entry.page_tables, abi::direct_map_base + physical);
    };
    for (const std::uint64_t physical : {0x0ULL, 0xf'0000ULL, 0x20'0123ULL, (33ULL << 20) - 1}) {
        const auto mapped = at(physical);
        ASSERT_TRUE(mapped) << physical;
        EXPECT_EQ(mapped->physical.value, physical);
        EXPECT_TRUE(mapped->writable && !mapped->executable && mapped->global && !mapped->user);
    }
    EXPECT_EQ(at(0)->page_size, abi::large_page);
    EXPECT_EQ(at((33 << 20) - 1)->page_size, abi::small_page);
    EXPECT_FALSE(at(33 << 20));
    EXPECT_FALSE(translate(guest.memory, loaded.entry.page_tables, 0));
    EXPECT_FALSE(translate(guest.memory, loaded.entry.page_tables, abi::kernel_physical_base));
}

TEST(VitrineProtocol, UsesGigabytePagesAndSkipsThePciHoleInABigGuest)
{
    GuestFixture guest{Bytes{5ULL << 30}};
    guest.facts.gigabyte_pages = true;

    const LoadedGuest loaded = guest.load(make_vitrine_kernel());

    const auto at = [&](std::uint64_t physical) {
        return translate(guest.memory, loaded.entry.page_tables, abi::direct_map_base + physical);
    };
    EXPECT_EQ(at(1 << 30)->page_size, abi::huge_page);
    EXPECT_FALSE(at(GuestMemory::hole_begin.value));
    EXPECT_EQ(at(GuestMemory::hole_end.value)->physical, GuestMemory::hole_end);
    expect_sound(loaded.memory_map, guest.memory.size());
}

TEST(VitrineProtocol, PassesTheTraceRings)
{
    GuestFixture guest;
    guest.config.cpus = 2;
    guest.facts.trace_ring_size = Bytes{64 << 10};
    guest.facts.trace_channel = abi::TraceChannel::ring;
    guest.facts.trace_enabled = 0x15;

    const LoadedGuest loaded = guest.load(make_vitrine_kernel());

    const abi::BootInfo info = boot_info(guest, loaded);
    EXPECT_EQ(info.flags & abi::boot_trace, abi::boot_trace);
    EXPECT_EQ(info.trace.rings, loaded.trace_rings.value);
    EXPECT_EQ(info.trace.ring_size, 64U << 10);
    EXPECT_EQ(info.trace.channel, 2U);
    EXPECT_EQ(info.trace.enabled, 0x15U);
    EXPECT_EQ(type_at(loaded.memory_map, info.trace.rings + (128 << 10) - 1), abi::MemoryType::trace);
}

TEST(VitrineProtocol, RefusesAKernelOfAnotherBootVersion)
{
    GuestFixture guest;
    const std::uint64_t text = abi::kernel_image_base + abi::kernel_physical_base;
    const std::array<TestSegment, 1> segments{{{text, abi::kernel_physical_base, bytes_of("text"), 0x1000}}};
    const std::array<TestNote, 1> notes{{{"Vitrine", 1, bytes_of_value(abi::boot_version + 1)}}};

    EXPECT_THAT(image_error([&] { guest.load(make_elf64(text, segments, notes)); }),
                HasSubstr("version 2 of the boot interface"));
}

TEST(VitrineProtocol, SaysHowMuchMemoryWouldDo)
{
    GuestFixture guest{Bytes{1 << 20}};

    EXPECT_THAT(image_error([&] { guest.load(make_vitrine_kernel()); }),
                HasSubstr("the guest has 1 MiB of memory: set \"memory\" to \"3M\" or more"));
}

TEST(VitrineProtocol, LeavesMemoryThatNobodyLoadsUntouched)
{
    GuestFixture guest;

    const LoadedGuest loaded = guest.load(make_vitrine_kernel());

    const auto bss = guest.memory.span(GuestAddress{abi::kernel_physical_base + 0x2004}, Bytes{0x2ffc});
    EXPECT_TRUE(std::all_of(bss.begin(), bss.end(), [](std::byte byte) { return byte == std::byte{0}; }));
    EXPECT_EQ(loaded.memory_map.back().type, abi::MemoryType::usable);
}

} // namespace
} // namespace vitrine::test
