#include "kernel/tty/devpts.hpp"

#include "kernel/fs/dentry.hpp"
#include "kernel/fs/device.hpp"
#include "kernel/fs/super_block.hpp"
#include "kernel/proc/credentials.hpp"
#include "kernel/tty/pty.hpp"
#include "lib/format.hpp"

// devpts: a file system with a node for each pseudo-terminal. There is one for all mounts, and its options are taken
// and forgotten: nodes belong to who made the pseudo-terminal, and to the group of terminals.
namespace kernel::tty {
namespace {

constexpr u64 magic = 0x1cd1;
constexpr u32 slave_major = 136; ///< UNIX98_PTY_SLAVE_MAJOR
constexpr u32 tty_group = 5;
constexpr std::string_view master_name = "ptmx";

Result<u32> number_of(std::string_view name)
{
    constexpr std::size_t longest = 6;
    if (name.empty() || name.size() > longest || (name.size() > 1 && name.front() == '0'))
        return Errno::enoent;
    u32 number = 0;
    for (const char character : name) {
        if (character < '0' || character > '9')
            return Errno::enoent;
        number = number * 10 + static_cast<u32>(character - '0');
    }
    return number;
}

class PtsDirectory final : public fs::Inode {
public:
    PtsDirectory() : Inode{fs::FileType::directory, 0755} {}

    Result<Ref<Inode>> lookup(std::string_view name) override;
    Result<void> read_directory(u64 position, fs::DirectoryVisitor& visitor) override;
};

Result<Ref<fs::Inode>> PtsDirectory::lookup(std::string_view name)
{
    if (name == master_name)
        return Ref<Inode>
        {
            TRY(fs::make_inode<fs::DeviceNode>({}, super_block_reference(), fs::FileType::character_device, 0666,
                                               fs::DeviceNumber{5, 2}))
        };
    const Ref<Pty> pty = Pty::find(TRY(number_of(name)));
    if (!pty || !pty->node)
        return Errno::enoent;
    return pty->node;
}

/// The master's node, then number N at position first_position + 1 + N.
Result<void> PtsDirectory::read_directory(u64 position, fs::DirectoryVisitor& visitor)
{
    constexpr u64 first_number = fs::first_position + 1;
    constexpr auto type = fs::FileType::character_device;
    if (position < first_number && !visitor.visit(master_name, 2, type, first_number))
        return {};
    u32 number = position < first_number ? 0 : static_cast<u32>(position - first_number);
    for (Ref<Pty> pty = Pty::first_from(number); pty; pty = Pty::first_from(number)) {
        number = pty->number() + 1;
        FormatBuffer<12> name;
        format_to(name, "{}", pty->number());
        if (pty->node && !visitor.visit(name.view(), pty->node->number(), type, first_number + number))
            break;
    }
    return {};
}

Result<Ref<fs::Dentry>> root();

Result<Ref<fs::Dentry>> mount_devpts(const fs::FileSystemType&, std::string_view, std::string_view) { return root(); }

FILE_SYSTEM(devpts, "devpts", magic, mount_devpts);

struct Shared {
    fs::Dentry* root = nullptr; ///< with a reference
};
constinit Locked<Shared, SpinLock> shared;

/// Made when it is first needed. Of two that are made at a time one is dropped.
Result<Ref<fs::Dentry>> root()
{
    const auto look = [](const Ref<fs::Dentry>& made) {
        return shared.with([&](Shared& all) {
            if (all.root == nullptr)
                all.root = Ref<fs::Dentry>{made}.leak();
            return all.root != nullptr ? Ref<fs::Dentry>::share(all.root) : Ref<fs::Dentry>{};
        });
    };
    if (auto found = look({}))
        return found;
    auto super_block = TRY(make_ref<fs::SuperBlock>(devpts_type));
    auto directory = TRY(fs::make_inode<PtsDirectory>({.type = fs::FileType::directory}, std::move(super_block)));
    return look(TRY(fs::Dentry::make_root(std::move(directory))));
}

} // namespace

Result<Ref<fs::Inode>> make_pty_node(u32 number)
{
    const Credentials& who = credentials();
    const auto& super_block = TRY(root())
    ->inode().super_block_reference();
    return Ref<fs::Inode>
    {
        TRY(fs::make_inode<fs::DeviceNode>({.uid = who.fsuid, .gid = tty_group}, super_block,
                                           fs::FileType::character_device, 0620, fs::DeviceNumber{slave_major, number}))
    };
}

} // namespace kernel::tty
