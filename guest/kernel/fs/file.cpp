#include "kernel/fs/file.hpp"

namespace kernel::fs {

Result<u64> File::read(u64, Sink&) { return Errno::einval; }
Result<u64> File::write(u64, Source&) { return Errno::einval; }
Result<u64> File::read_at(u64, u64, Sink&) { return Errno::espipe; }
Result<u64> File::write_at(u64, u64, Source&) { return Errno::espipe; }
Result<u64> File::seek(i64, Whence) { return Errno::espipe; }
Result<void> File::read_directory(DirectoryVisitor&) { return Errno::enotdir; }
Result<i64> File::control(u64, u64) { return Errno::enotty; }
PollEvents File::poll(PollTable*) { return poll::always; }
Result<void> File::synchronise() { return Errno::einval; }
void File::describe(FormatSink& out) const { out.append("anon_inode:"); }
Result<Ref<mm::PageSource>> File::mmap_source() { return Errno::enodev; }

} // namespace kernel::fs
