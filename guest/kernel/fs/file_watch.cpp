#include "kernel/fs/file_watch.hpp"

#include "kernel/sync/mutex.hpp"

namespace kernel::fs {
namespace {

Mutex watches_mutex;

} // namespace

void FileWatches::lock() { watches_mutex.lock(); }
void FileWatches::unlock() { watches_mutex.unlock(); }

void FileWatches::tell_all()
{
    with_lock([&] {
        while (!watches_.empty())
            watches_.front().file_closes();
    });
}

} // namespace kernel::fs
