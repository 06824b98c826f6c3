#include "kernel/fs/fifo_node.hpp"

#include "kernel/ipc/fifo.hpp"

namespace kernel::fs {
namespace {

class FifoNode final : public Inode {
public:
    explicit FifoNode(u32 permissions) : Inode{FileType::fifo, permissions} {}

    Result<Ref<File>> open(u32 flags) override { return fifo_.open(Ref<Inode>::share(this), flags); }

private:
    ipc::Fifo fifo_;
};

} // namespace

Result<Ref<Inode>> make_fifo(u32 permissions)
{
    return Ref<Inode> { TRY(make_ref<FifoNode>(permissions)) };
}

} // namespace kernel::fs
