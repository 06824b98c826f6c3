// The directories that follow from the paths of the entries that have been declared.
#include "kernel/fs/proc/directory.hpp"
#include "kernel/fs/proc/proc_file.hpp"
#include "kernel/fs/proc/text_file.hpp"

namespace kernel::procfs {
namespace {

class TableFile final : public TextFile {
public:
    TableFile(const ProcEntry& entry, u64 number)
        : TextFile{entry.store == nullptr ? 0444U : 0644U, number}, entry_{entry}
    {}

    Result<void> show(Writer& out) const override { return entry_.show(out); }
    Result<void> store(std::string_view text) override
    {
        if (entry_.store == nullptr)
            return Errno::eio;
        return entry_.store(text);
    }

private:
    const ProcEntry& entry_;
};

/// The n-th entry's number; a directory has that of its first entry, shifted.
u64 file_number(u64 index) { return first_inode_number + index; }
u64 directory_number(u64 index, std::size_t depth) { return first_inode_number + (depth << 16) + index; }

class TableDirectory final : public Directory {
public:
    /// `prefix`: the path of this directory with a slash at its end, or nothing.
    TableDirectory(Ref<Inode> parent, std::string_view prefix, u64 number)
        : Directory{std::move(parent), number}, prefix_{prefix}
    {}

    Result<Ref<Inode>> lookup(std::string_view name) override;

private:
    Result<void> list(u64 position, fs::DirectoryVisitor& visitor) override;

    /// The name that `entry` has in this directory: its own, or that of the directory it lies in. Empty: none.
    std::string_view name_here(const ProcEntry& entry) const
    {
        if (!entry.path.starts_with(prefix_))
            return {};
        const std::string_view rest = entry.path.substr(prefix_.size());
        return rest.substr(0, rest.find('/'));
    }
    bool lies_here(const ProcEntry& entry) const
    {
        return entry.path.find('/', prefix_.size()) == std::string_view::npos;
    }
    bool listed_before(u64 index) const
    {
        for (u64 earlier = 0; earlier < index; ++earlier)
            if (name_here(*entries()[earlier]) == name_here(*entries()[index]))
                return true;
        return false;
    }
    u64 number_of(u64 index) const
    {
        return lies_here(*entries()[index]) ? file_number(index) : directory_number(index, prefix_.size() + 1);
    }

    std::string_view prefix_; ///< of some entry's path
};

Result<Ref<fs::Inode>> TableDirectory::lookup(std::string_view name)
{
    for (u64 index = 0; index < entries().size(); ++index) {
        const ProcEntry& entry = *entries()[index];
        if (name_here(entry) != name)
            continue;
        if (!lies_here(entry)) {
            const std::string_view prefix = entry.path.substr(0, prefix_.size() + name.size() + 1);
            return Ref<Inode> { TRY(make_ref<TableDirectory>(Ref<Inode>::share(this), prefix, number_of(index))) };
        }
        if (entry.make_directory != nullptr)
            return entry.make_directory(Ref<Inode>::share(this));
        return Ref<Inode> { TRY(make_ref<TableFile>(entry, number_of(index))) };
    }
    return Errno::enoent;
}

Result<void> TableDirectory::list(u64 position, fs::DirectoryVisitor& visitor)
{
    for (u64 index = position; index < entries().size(); ++index) {
        const ProcEntry& entry = *entries()[index];
        const std::string_view name = name_here(entry);
        if (name.empty() || listed_before(index))
            continue;
        const bool is_directory = !lies_here(entry) || entry.make_directory != nullptr;
        const auto type = is_directory ? fs::FileType::directory : fs::FileType::regular;
        if (!visitor.visit(name, number_of(index), type, index + 1))
            break;
    }
    return {};
}

} // namespace

Result<Ref<fs::Inode>> make_root(Ref<fs::Inode> parent, std::string_view prefix)
{
    return Ref<fs::Inode>
    {
        TRY(make_ref<TableDirectory>(std::move(parent), prefix, directory_number(prefix.size(), 0xffff)))
    };
}

} // namespace kernel::procfs
