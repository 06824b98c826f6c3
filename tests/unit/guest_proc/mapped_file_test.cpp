#include "kernel/fs/ram_file.hpp"

#include "arch/paging.hpp"
#include "kernel/mm/address_space.hpp"
#include "kernel/mm/page_allocator.hpp"
#include "tests/unit/guest/fake/machine.hpp"
#include "tests/unit/guest_proc/transfers.hpp"

#include <cstring>

namespace {

using kernel::Errno;
using kernel::make_ref;
using kernel::page_size;
using kernel::Ref;
using kernel::VirtualAddress;
using kernel::fs::RamFile;
using kernel::mm::AddressSpace;
using kernel::mm::FaultOutcome;
using kernel::mm::Placement;
using kernel::mm::Sharing;
using test::read;
using test::write;

constexpr kernel::mm::Protection writable{.read = true, .write = true};
constexpr VirtualAddress here{0x40'0000};

class MappedFiles : public test::WithMemory {
protected:
    VirtualAddress map(Sharing sharing, u64 pages = 3)
    {
        return space_->map_file(here, pages * page_size, writable, Placement::fixed, file_, 0, sharing).value();
    }
    FaultOutcome touch(VirtualAddress address, bool is_write)
    {
        space_->activate();
        return space_->handle_fault(
            {.address = address, .present = false, .write = is_write, .user = true, .execute = false, .error_code = 0});
    }
    std::string load(VirtualAddress address, std::size_t size)
    {
        EXPECT_EQ(touch(address, false), FaultOutcome::served);
        return {at(address), size};
    }
    void store(VirtualAddress address, const std::string& text)
    {
        ASSERT_EQ(touch(address, true), FaultOutcome::served);
        ASSERT_TRUE(fake::translate(address)->flags.write);
        std::memcpy(at(address), text.data(), text.size());
    }

    const Ref<RamFile> file_ = make_ref<RamFile>(0644).release();
    Ref<AddressSpace> space_ = AddressSpace::create().release();

private:
    static char* at(VirtualAddress address)
    {
        return arch::direct_map<char>(fake::translate(address)->physical) + (address.value & (page_size - 1));
    }
};

TEST_F(MappedFiles, SharedMappingsAndTheFileShowEachOthersWritesAtOnce)
{
    write(*file_, 0, "file");
    ASSERT_TRUE(file_->truncate(3 * page_size));
    map(Sharing::shared);

    EXPECT_EQ(load(here, 4), "file");
    store(here + 1, "la");
    store(here + 2 * page_size, "new");
    EXPECT_EQ(read(*file_, 0, 4), "flae");
    EXPECT_EQ(read(*file_, 2 * page_size, 3), "new");
    write(*file_, 2, "ow");
    EXPECT_EQ(load(here, 4), "flow");
}

TEST_F(MappedFiles, PrivateMappingsSeeTheFileUntilTheyWrite)
{
    write(*file_, 0, "one");
    map(Sharing::copied);
    EXPECT_EQ(load(here, 3), "one");
    write(*file_, 0, "two");
    EXPECT_EQ(load(here, 3), "two");

    store(here, "mine");
    write(*file_, 0, "three");

    EXPECT_EQ(load(here, 4), "mine");
    EXPECT_EQ(read(*file_, 0, 5), "three");
}

TEST_F(MappedFiles, DuplicatesShareWhatIsShared)
{
    ASSERT_TRUE(file_->truncate(page_size));
    map(Sharing::shared);
    store(here, "parent");

    const auto parent = space_;
    space_ = parent->duplicate().release();
    EXPECT_EQ(load(here, 6), "parent");
    store(here, "child!");
    space_ = parent;

    EXPECT_EQ(load(here, 6), "child!");
}

TEST_F(MappedFiles, SharedMemoryWithoutAFileIsSharedToo)
{
    const auto memory = space_->map_shared_memory({}, 2 * page_size, writable, Placement::anywhere).value();
    const auto parent = space_;
    space_ = parent->duplicate().release();
    store(memory + page_size, "child");
    space_ = parent;

    EXPECT_EQ(load(memory + page_size, 5), "child");
    EXPECT_EQ(load(memory, 2), (std::string{"\0\0", 2}));
}

TEST_F(MappedFiles, WhatIsCutOffIsMappedNoMore)
{
    for (const Sharing sharing : {Sharing::shared, Sharing::copied}) {
        ASSERT_TRUE(file_->truncate(2 * page_size + 1));
        map(sharing);
        store(here, "first");
        store(here + page_size, "second");
        store(here + 2 * page_size, "third");

        ASSERT_TRUE(file_->truncate(page_size + 10));

        EXPECT_EQ(load(here + page_size, 6), "second");
        EXPECT_FALSE(fake::translate(here + 2 * page_size));
        EXPECT_EQ(touch(here + 2 * page_size, false), FaultOutcome::no_content);
        ASSERT_TRUE(file_->truncate(3 * page_size));
        EXPECT_EQ(load(here + 2 * page_size, 2), (std::string{"\0\0", 2}));
    }
}

TEST_F(MappedFiles, AMappingKeepsTheFileAndMunmapLetsItGo)
{
    const u64 before = kernel::mm::page_counts().free;
    {
        auto file = make_ref<RamFile>(0644).release();
        ASSERT_TRUE(file->truncate(page_size));
        ASSERT_TRUE(space_->map_file(here, page_size, writable, Placement::fixed, file, 0, Sharing::shared));
    }
    store(here, "kept");
    EXPECT_EQ(load(here, 4), "kept");
    EXPECT_LT(kernel::mm::page_counts().free, before);

    ASSERT_TRUE(space_->unmap(here, page_size));

    EXPECT_GE(kernel::mm::page_counts().free + 2, before) << "but for slabs";
}

TEST_F(MappedFiles, AFileThatIsNotOpenForWritingIsNeverWritten)
{
    ASSERT_TRUE(file_->truncate(page_size));
    const auto map_as = [&](kernel::mm::Protection protection) {
        return space_->map_file(here, page_size, protection, Placement::fixed, file_, 0, Sharing::shared_read_only);
    };

    EXPECT_EQ(map_as(writable).error(), Errno::eacces);
    ASSERT_TRUE(map_as({.read = true}));
    EXPECT_EQ(space_->protect(here, page_size, writable).error(), Errno::eacces);
    EXPECT_EQ(touch(here, true), FaultOutcome::not_allowed);
}

} // namespace
