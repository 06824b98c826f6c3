// The directories that follow from the paths of the entries that have been declared.
#include "kernel/fs/proc/directory.hpp"
#include "kernel/fs/proc/proc_file.hpp"
#include "kernel/fs/proc/process_source.hpp"
#include "kernel/fs/proc/text_file.hpp"
#include "lib/format.hpp"

namespace kernel::procfs {
namespace {

constinit ProcessSource* processes = nullptr;
/// The link to the directory of whoever follows it. What is declared below is in there.
constexpr std::string_view own_name = "self";

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
    TableDirectory(std::string_view prefix, u64 number) : Directory{number}, prefix_{prefix} {}

    Result<Ref<Inode>> lookup(std::string_view name) override;

private:
    Result<void> list(u64 position, fs::DirectoryVisitor& visitor) override;
    /// Only /proc itself: /sys begins with a prefix, too.
    bool has_processes() const { return processes != nullptr && prefix_.empty(); }
    void list_processes(u64 position, fs::DirectoryVisitor& visitor) const;

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
    if (has_processes() && name == own_name)
        return processes->lookup(name);
    for (u64 index = 0; index < entries().size(); ++index) {
        const ProcEntry& entry = *entries()[index];
        if (name_here(entry) != name)
            continue;
        if (!lies_here(entry)) {
            const std::string_view prefix = entry.path.substr(0, prefix_.size() + name.size() + 1);
            return Ref<Inode> { TRY(make_ref<TableDirectory>(prefix, number_of(index))) };
        }
        if (entry.make_directory != nullptr)
            return entry.make_directory();
        return Ref<Inode> { TRY(make_ref<TableFile>(entry, number_of(index))) };
    }
    if (has_processes())
        return processes->lookup(name);
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
        const bool is_link = has_processes() && name == own_name;
        const auto type = is_link        ? fs::FileType::symlink
                          : is_directory ? fs::FileType::directory
                                         : fs::FileType::regular;
        if (!visitor.visit(name, number_of(index), type, index + 1))
            return {};
    }
    if (has_processes())
        list_processes(position, visitor);
    return {};
}

/// Behind the entries of the table come the PIDs, each at a position of its own.
void TableDirectory::list_processes(u64 position, fs::DirectoryVisitor& visitor) const
{
    const u64 first = entries().size();
    auto pid = static_cast<u32>(position > first ? position - first : 0);
    while (const auto found = processes->first_from(pid)) {
        FormatBuffer<16> name;
        format_to(name, "{}", *found);
        pid = *found + 1;
        if (!visitor.visit(name.view(), processes->directory_number(*found), fs::FileType::directory, first + pid))
            return;
    }
}

} // namespace

void set_process_source(ProcessSource& source) { processes = &source; }

Result<Ref<fs::Inode>> make_root(std::string_view prefix)
{
    return Ref<fs::Inode> { TRY(make_ref<TableDirectory>(prefix, directory_number(prefix.size(), 0xffff))) };
}

} // namespace kernel::procfs
