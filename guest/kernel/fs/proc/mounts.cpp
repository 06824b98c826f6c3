// /proc/mounts and /proc/filesystems.
#include "kernel/fs/file_system.hpp"
#include "kernel/fs/proc/proc_file.hpp"
#include "kernel/mm/heap.hpp"

#include <array>

namespace kernel::procfs {
namespace {

struct FlagName {
    u32 flag;
    std::string_view text;
};
constexpr std::array<FlagName, 6> flag_names{{
    {fs::mount_no_set_user, ",nosuid"},
    {fs::mount_no_devices, ",nodev"},
    {fs::mount_no_execution, ",noexec"},
    {fs::mount_no_access_time, ",noatime"},
    {fs::mount_no_directory_access_time, ",nodiratime"},
    {fs::mount_relative_access_time, ",relatime"},
}};

struct Room {
    Room() {} // leaves the characters as they are
    char characters[page_size];
};

Result<void> show_mount(Writer& out, fs::Mount& mount, Room& room)
{
    const fs::Path place{Ref<fs::Mount>::share(&mount), mount.root()};
    const auto path = TRY(fs::path_text(place, fs::root(), room.characters));
    out.print("{} {} {} {}", mount.source(), path, mount.super_block().type().name, mount.is_read_only() ? "ro" : "rw");
    for (const FlagName& name : flag_names)
        if ((mount.flags() & name.flag) != 0)
            out.append(name.text);
    mount.super_block().show_options(out);
    out.append(" 0 0\n");
    return {};
}

Result<void> show_mounts(Writer& out)
{
    const auto room = TRY(make_box<Room>());
    Result<void> result;
    fs::first_namespace().for_each([&](fs::Mount& mount) {
        if (result)
            result = show_mount(out, mount, *room);
    });
    return result;
}

Result<void> show_file_systems(Writer& out)
{
    for (const fs::FileSystemType* const type : fs::file_system_types())
        out.print("{}\t{}\n", type->needs_device ? "" : "nodev", type->name);
    return {};
}

PROC_FILE(mounts, "mounts", show_mounts);
PROC_FILE(own_mounts, "self/mounts", show_mounts);
PROC_FILE(filesystems, "filesystems", show_file_systems);

} // namespace
} // namespace kernel::procfs
