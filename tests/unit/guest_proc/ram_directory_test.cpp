#include "kernel/fs/ram_directory.hpp"

#include "kernel/fs/device.hpp"
#include "kernel/fs/ram_file.hpp"
#include "tests/unit/guest_proc/transfers.hpp"

#include <map>
#include <vector>

namespace {

using kernel::Errno;
using kernel::make_ref;
using kernel::fs::DeviceDirectory;
using kernel::fs::FileType;
using kernel::fs::RamDirectory;

using RamDirectories = test::WithMemory;

class Listing final : public kernel::fs::DirectoryVisitor {
public:
    explicit Listing(std::size_t most = 1000) : most_{most} {}

    bool visit(std::string_view name, u64, FileType, u64 next_position) override
    {
        if (names.size() == most_)
            return false;
        names.emplace_back(name);
        next = next_position;
        return true;
    }

    std::vector<std::string> names;
    u64 next = 0;

private:
    std::size_t most_;
};

TEST_F(RamDirectories, FindWhatWasPutIntoThem)
{
    const auto directory = make_ref<RamDirectory>(0755).release();
    const auto file = directory->create_file("file", 0600).release();
    const auto folder = directory->create_directory("folder", 0700).release();

    EXPECT_EQ(directory->lookup("file").value().get(), file.get());
    EXPECT_EQ(directory->lookup("folder").value().get(), folder.get());
    EXPECT_EQ(directory->link_count(), 3U);
    EXPECT_EQ(directory->lookup("fil").error(), Errno::enoent);
    EXPECT_EQ(file->mode(), 0100600U);
}

TEST_F(RamDirectories, RefuseANameThatIsTakenOrTooLong)
{
    const auto directory = make_ref<RamDirectory>(0755).release();
    ASSERT_TRUE(directory->create_file("name", 0600));

    EXPECT_EQ(directory->create_file("name", 0600).error(), Errno::eexist);
    EXPECT_EQ(directory->create_directory("name", 0600).error(), Errno::eexist);
    EXPECT_EQ(directory->create_file(std::string(256, 'x'), 0600).error(), Errno::enametoolong);
    EXPECT_TRUE(directory->create_file(std::string(255, 'x'), 0600));
}

TEST_F(RamDirectories, ListEverythingOnceInPieces)
{
    const auto directory = make_ref<RamDirectory>(0755).release();
    for (int i = 0; i < 20; ++i)
        ASSERT_TRUE(directory->create_file("file" + std::to_string(i), 0600));

    std::map<std::string, int> seen;
    u64 position = kernel::fs::first_position;
    for (;;) {
        Listing listing{3};
        ASSERT_TRUE(directory->read_directory(position, listing));
        if (listing.names.empty())
            break;
        for (const auto& name : listing.names)
            ++seen[name];
        position = listing.next;
    }

    EXPECT_EQ(seen.size(), 20U);
    EXPECT_TRUE(seen.contains("file0") && seen.contains("file19"));
    for (const auto& [name, times] : seen)
        EXPECT_EQ(times, 1) << name;
}

TEST_F(RamDirectories, OfDevicesMakeTheirNodesWhenAsked)
{
    const auto devices = make_ref<DeviceDirectory>(0755U).release();

    const auto null = devices->lookup("null").release();
    Listing listing;
    ASSERT_TRUE(devices->read_directory(kernel::fs::first_position, listing));

    EXPECT_EQ(null->type(), FileType::character_device);
    EXPECT_EQ(null->device().encoded(), 0x103U);
    EXPECT_EQ(devices->lookup("null").value().get(), null.get());
    EXPECT_EQ(devices->lookup("nothing").error(), Errno::enoent);
    EXPECT_EQ(listing.names, (std::vector<std::string>{"null", "zero"}));
}

TEST_F(RamDirectories, MayHoldNodesOfDevicesThatAreNotThere)
{
    const auto node =
        make_ref<kernel::fs::DeviceNode>(FileType::character_device, 0600, kernel::fs::DeviceNumber{99, 1}).release();

    EXPECT_EQ(node->open(0).error(), Errno::enxio);
}

} // namespace
