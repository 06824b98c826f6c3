// /proc/self/fd: the descriptors of whoever looks, as links to their files.
#include "kernel/fs/file_system.hpp"
#include "kernel/fs/proc/directory.hpp"
#include "kernel/fs/proc/proc_file.hpp"
#include "kernel/fs/proc/text_file.hpp"
#include "kernel/mm/heap.hpp"
#include "kernel/proc/process.hpp"

#include <optional>

namespace kernel::procfs {
namespace {

constexpr u64 directory_number = first_inode_number << 3;

struct Room {
    Room() {} // leaves the characters as they are
    char characters[page_size];
};

/// ENOENT.
Result<Ref<fs::File>> file_at(u32 descriptor)
{
    auto file = Process::current().files().with([&](const fs::FileTable& files) { return files.get(descriptor); });
    return file ? std::move(file) : Errno::enoent;
}

class DescriptorLink final : public fs::Inode {
public:
    explicit DescriptorLink(u32 descriptor)
        : Inode{fs::FileType::symlink, 0700, directory_number + 1 + descriptor}, descriptor_{descriptor}
    {}

    u64 size() const override { return 64; } // as Linux says
    Result<fs::Path> magic_target() override
    {
        const auto file = TRY(file_at(descriptor_));
        if (!file->path())
            return Errno::enxio;
        return file->path();
    }
    Result<void> read_link(FormatSink& out) override
    {
        const auto file = TRY(file_at(descriptor_));
        if (!file->path()) {
            file->describe(out);
            return {};
        }
        const auto room = TRY(make_box<Room>());
        out.append(TRY(fs::path_text(file->path(), Process::current().context().root(), room->characters)));
        return {};
    }

private:
    u32 descriptor_;
};

std::optional<u32> parse(std::string_view name)
{
    u64 number = 0;
    if (name.empty() || name.size() > 9 || (name.size() > 1 && name.front() == '0'))
        return {};
    for (const char character : name) {
        if (character < '0' || character > '9')
            return {};
        number = number * 10 + static_cast<u64>(character - '0');
    }
    return static_cast<u32>(number);
}

class DescriptorDirectory final : public Directory {
public:
    DescriptorDirectory() : Directory{directory_number} {}

    Result<Ref<Inode>> lookup(std::string_view name) override
    {
        const auto descriptor = parse(name);
        if (!descriptor)
            return Errno::enoent;
        TRY(file_at(*descriptor));
        return Ref<Inode> { TRY(make_ref<DescriptorLink>(*descriptor)) };
    }

private:
    Result<void> list(u64 position, fs::DirectoryVisitor& visitor) override
    {
        const u32 end = Process::current().files().with([](const fs::FileTable& files) { return files.capacity(); });
        for (auto descriptor = static_cast<u32>(position); descriptor < end; ++descriptor) {
            if (!file_at(descriptor))
                continue;
            FormatBuffer<12> name;
            format_to(name, "{}", descriptor);
            if (!visitor.visit(name.view(), directory_number + 1 + descriptor, fs::FileType::symlink, descriptor + 1))
                break;
        }
        return {};
    }
};

Result<Ref<fs::Inode>> make_descriptor_directory()
{
    return Ref<fs::Inode> { TRY(make_ref<DescriptorDirectory>()) };
}

PROC_DIRECTORY(own_descriptors, "self/fd", make_descriptor_directory);

} // namespace
} // namespace kernel::procfs
