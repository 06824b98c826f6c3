#include "kernel/fs/proc/directory.hpp"

namespace kernel::procfs {

Result<void> Directory::read_directory(u64 position, fs::DirectoryVisitor& visitor)
{
    class Shifted final : public fs::DirectoryVisitor {
    public:
        explicit Shifted(fs::DirectoryVisitor& behind) : behind_{behind} {}
        bool visit(std::string_view name, u64 inode, fs::FileType type, u64 next_position) override
        {
            return behind_.visit(name, inode, type, next_position + fs::first_position);
        }

    private:
        fs::DirectoryVisitor& behind_;
    };
    Shifted shifted{visitor};
    return list(position - fs::first_position, shifted);
}

} // namespace kernel::procfs
