// poll(2) and ppoll(2).
#include "kernel/event/poll_files.hpp"
#include "kernel/proc/process.hpp"
#include "kernel/syscall/syscalls.hpp"
#include "kernel/syscall/temporary_mask.hpp"
#include "kernel/syscall/time_values.hpp"
#include "lib/small_array.hpp"

namespace kernel::syscall {
namespace {

constexpr u32 few = 8;
using Entries = SmallArray<PollEntry, few>;
using Files = SmallArray<event::PolledFile, few>;

/// Finds the files. How many descriptors there are that are none: they are results already.
u32 find_files(std::span<PollEntry> entries, std::span<event::PolledFile> files)
{
    return Process::current().files().with([&](const fs::FileTable& table) {
        u32 missing = 0;
        for (std::size_t i = 0; i < entries.size(); ++i) {
            PollEntry& entry = entries[i];
            entry.found = 0;
            if (entry.descriptor < 0)
                continue;
            auto file = table.get(static_cast<u32>(entry.descriptor));
            files[i].wanted = fs::PollEvents{entry.wanted} | fs::poll::err | fs::poll::hup;
            if (file) {
                files[i].file = file.release();
            } else {
                entry.found = static_cast<u16>(fs::poll::nval.bits);
                ++missing;
            }
        }
        return missing;
    });
}

Result<void> tell(UserArray<PollEntry> user, std::span<PollEntry> entries, std::span<event::PolledFile> files)
{
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const u16 found = files[i].file ? static_cast<u16>(files[i].found.bits) : entries[i].found;
        const u64 address = user.address + i * sizeof(PollEntry) + offsetof(PollEntry, found);
        TRY(UserOut<u16>{address}.write(found));
    }
    return {};
}

SyscallResult poll_until(UserArray<PollEntry> user, u32 count, u64 deadline)
{
    const u32 limit = Process::current().files().with([](const fs::FileTable& files) { return files.limit(); });
    if (count > limit)
        return Errno::einval;
    Entries entries;
    Files files;
    TRY(entries.allocate(count));
    TRY(user.read_all(entries.all()));
    TRY(files.allocate(count));
    const u32 missing = find_files(entries.all(), files.all());
    const u32 found = TRY(event::poll_files(files.all(), deadline, missing));
    TRY(tell(user, entries.all(), files.all()));
    return found;
}

} // namespace

SyscallResult sys_poll(UserArray<PollEntry> entries, u32 count, i32 timeout)
{
    const u64 deadline =
        timeout < 0 ? time::never : deadline_after(static_cast<u32>(timeout) * nanoseconds_per_millisecond);
    return poll_until(entries, count, deadline);
}

SyscallResult sys_ppoll(UserArray<PollEntry> entries, u32 count, UserIn<TimeSpec> timeout,
                        UserIn<signal::SignalSet> mask, u64 size)
{
    const u64 deadline = TRY(deadline_of(timeout));
    TRY(TemporaryMask::set(mask, size));
    auto result = TemporaryMask::after(poll_until(entries, count, deadline));
    if (!timeout.is_null()) // Linux tells what is left of it
        static_cast<void>(UserOut<TimeSpec>{timeout.address}.write(to_time_spec(time_left(deadline))));
    return result;
}

} // namespace kernel::syscall
