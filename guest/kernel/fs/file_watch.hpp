#pragma once

#include "kernel/sync/atomic.hpp"
#include "lib/intrusive.hpp"

namespace kernel::fs {

/// Something that knows a file without keeping it open, and must forget it when it is closed: an item of an epoll.
class FileWatch {
public:
    /// The file is being closed; it is still whole, and waits. Takes itself off the file's watches.
    virtual void file_closes() = 0;

    ListHook in_file;

protected:
    ~FileWatch() = default;
};

/// Those of one file.
///
/// The list changes under the one mutex of all watches, which also keeps a file that is being closed, and a watch that
/// is being taken away, from going before the other knows: with_lock().
class FileWatches {
public:
    FileWatches() = default;
    FileWatches(const FileWatches&) = delete;
    FileWatches& operator=(const FileWatches&) = delete;

    /// Calls `function()` with all watches locked.
    template <typename Function>
    static decltype(auto) with_lock(Function&& function)
    {
        lock();
        const Unlock unlock;
        return function();
    }
    /// Locked.
    void add(FileWatch& watch)
    {
        watches_.push_back(watch);
        watched_.store(true, Order::release);
    }
    void remove(FileWatch& watch) { watches_.erase(watches_.iterator_to(watch)); }
    template <typename Function>
    void for_each(Function&& function)
    {
        for (FileWatch& watch : watches_)
            function(watch);
    }

    /// The file is being closed.
    void tell()
    {
        if (watched_.load(Order::acquire)) // whoever added one had the file open, and has closed it before us
            tell_all();
    }

private:
    struct Unlock {
        Unlock() = default;
        ~Unlock() { unlock(); }
        Unlock(const Unlock&) = delete;
        Unlock& operator=(const Unlock&) = delete;
    };
    static void lock();
    static void unlock();
    void tell_all();

    List<FileWatch, &FileWatch::in_file> watches_;
    Atomic<bool> watched_; ///< there has been one
};

} // namespace kernel::fs
