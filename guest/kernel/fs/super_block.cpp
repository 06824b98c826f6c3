#include "kernel/fs/super_block.hpp"

namespace kernel::fs {
namespace {

/// Pairs with itself on other CPUs: numbers must differ, their order means nothing.
constinit Atomic<u32> last_minor;

} // namespace

SuperBlock::SuperBlock(const FileSystemType& type) : type_{type}, minor_{last_minor.add_fetch(1, Order::relaxed)} {}

const FileSystemType* find_file_system_type(std::string_view name)
{
    for (const FileSystemType* const type : file_system_types())
        if (type->name == name)
            return type;
    return nullptr;
}

} // namespace kernel::fs
