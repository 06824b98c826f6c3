#include "kernel/fs/proc/directory.hpp"

namespace kernel::procfs {

Result<void> Directory::read_directory(u64 position, fs::DirectoryVisitor& visitor)
{
    constexpr u64 first = 2; // after "." and ".."

    class Shifted final : public fs::DirectoryVisitor {
    public:
        explicit Shifted(fs::DirectoryVisitor& behind) : behind_{behind} {}
        bool visit(std::string_view name, u64 inode, fs::FileType type, u64 next_position) override
        {
            return behind_.visit(name, inode, type, next_position + first);
        }

    private:
        fs::DirectoryVisitor& behind_;
    };

    if (position == 0 && !visitor.visit(".", number(), type(), 1))
        return {};
    if (position <= 1 && !visitor.visit("..", parent_->number(), type(), first))
        return {};
    Shifted shifted{visitor};
    return list(position <= first ? 0 : position - first, shifted);
}

} // namespace kernel::procfs
