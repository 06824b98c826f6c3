#pragma once

#include "kernel/mm/address_space.hpp"
#include "kernel/mm/heap.hpp"
#include "kernel/mm/page_allocator.hpp"
#include "kernel/mm/shared_page.hpp"
#include "tests/unit/guest/fake/machine.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <vector>

/// What the tests of address spaces share: a process's memory on a faked machine, and a file to map.
namespace address_space_test {

using kernel::Errno;
using kernel::page_size;
using kernel::PhysicalAddress;
using kernel::Ref;
using kernel::VirtualAddress;
using kernel::mm::AddressSpace;
using kernel::mm::FaultOutcome;
using kernel::mm::Placement;
using kernel::mm::Protection;

inline constexpr Protection none{};
inline constexpr Protection readable{.read = true};
inline constexpr Protection writable{.read = true, .write = true};
inline constexpr Protection executable{.read = true, .execute = true};
inline constexpr VirtualAddress user_end{vitrine::abi::user_end};

/// A file whose page n is full of the byte n + 1. The first `lent` pages are its own, the others copies.
class PatternFile final : public kernel::mm::PageSource {
public:
    PatternFile(u64 pages, u64 lent) : pages_{pages}, lent_{lent}
    {
        for (u64 page = 0; page < lent; ++page)
            own_.push_back(filled(page));
    }
    ~PatternFile() override
    {
        for (const PhysicalAddress page : own_)
            kernel::mm::free_page(page);
    }

    kernel::Result<kernel::mm::SourcePage> page_at(u64 offset) override
    {
        const u64 page = offset / page_size;
        if (page >= pages_)
            return Errno::enxio;
        if (page >= lent_)
            return kernel::mm::SourcePage{filled(page), false};
        kernel::mm::share_page(own_[page]);
        return kernel::mm::SourcePage{own_[page], true};
    }
    u64 pages_in_memory(u64 offset, std::span<PhysicalAddress> pages) override
    {
        u64 found = 0;
        for (u64 page = offset / page_size; page < lent_ && found < pages.size(); ++page)
            kernel::mm::share_page(pages[found++] = own_[page]);
        return found;
    }
    bool can_be_shared() const override { return lent_ == pages_; }
    char own_byte(u64 page) const { return *arch::direct_map<char>(own_[page]); }

private:
    static PhysicalAddress filled(u64 page)
    {
        const PhysicalAddress memory = kernel::mm::alloc_page().value();
        std::memset(arch::direct_map(memory), static_cast<int>(page + 1), page_size);
        return memory;
    }
    u64 pages_;
    u64 lent_;
    std::vector<PhysicalAddress> own_;
};

class AddressSpaceTest : public testing::Test {
protected:
    AddressSpaceTest()
    {
        fake::booted_machine();
        kernel::mm::kfree(kernel::mm::kmalloc(2048)); // so that the heap has its active slabs
        objects_before_ = kernel::mm::heap_counts().objects;
        space_ = AddressSpace::create().release();
        space_->activate();
    }
    ~AddressSpaceTest() override
    {
        space_ = {};
        EXPECT_EQ(kernel::mm::heap_counts().objects, objects_before_) << "leaks mappings";
    }

    AddressSpace& space() { return *space_; }

    /// Goes on as the process with that memory; the memory it had until now.
    Ref<AddressSpace> switch_to(Ref<AddressSpace> other)
    {
        std::swap(space_, other);
        space_->activate();
        return other;
    }

    /// What user code's access does: faults until it succeeds or cannot.
    FaultOutcome fault(VirtualAddress address, bool write, bool execute = false)
    {
        return space().handle_fault(
            {.address = address, .present = false, .write = write, .user = true, .execute = execute, .error_code = 0});
    }
    bool touch(VirtualAddress address, bool write, bool execute = false)
    {
        return fault(address, write, execute) == FaultOutcome::served;
    }
    bool can_read(VirtualAddress address) { return touch(address, false); }
    bool can_write(VirtualAddress address) { return touch(address, true); }

    kernel::Result<VirtualAddress> map(u64 pages, Protection protection = writable, VirtualAddress where = {},
                                       Placement placement = Placement::anywhere)
    {
        return space().map_anonymous(where, pages * page_size, protection, placement);
    }

    /// Writes and reads as a user would.
    bool store(VirtualAddress address, char value) { return can_write(address) && (*at(address, true) = value, true); }
    int load(VirtualAddress address)
    {
        return can_read(address) ? static_cast<unsigned char>(*at(address, false)) : -1;
    }

private:
    char* at(VirtualAddress address, bool write)
    {
        const auto mapping = fake::translate(address);
        EXPECT_TRUE(mapping && mapping->flags.accessible && mapping->flags.user && (mapping->flags.write || !write));
        return arch::direct_map<char>(mapping->physical + (address.value & (page_size - 1)));
    }

    Ref<AddressSpace> space_;
    u64 objects_before_;
};

} // namespace address_space_test
