// select(2) and pselect6(2).
#include "kernel/event/poll_files.hpp"
#include "kernel/proc/process.hpp"
#include "kernel/syscall/syscalls.hpp"
#include "kernel/syscall/temporary_mask.hpp"
#include "kernel/syscall/time_values.hpp"
#include "lib/small_array.hpp"

#include <algorithm>

namespace kernel::syscall {
namespace {

namespace poll = fs::poll;

constexpr u32 set_count = 3;
constexpr u32 bits_per_word = 64;
/// What makes a descriptor of each set ready.
constexpr fs::PollEvents set_events[set_count] = {
    poll::in | poll::rdnorm | poll::rdband | poll::hup | poll::err,
    poll::out | poll::wrnorm | poll::wrband | poll::err,
    poll::pri,
};

/// The descriptors that a call asks about, and what becomes of them: three sets of bits, fd_set's.
class DescriptorSets {
public:
    Result<void> read(const DescriptorSetAddresses& user, u32 descriptors)
    {
        words_ = (descriptors + bits_per_word - 1) / bits_per_word;
        TRY(bits_.allocate(set_count * words_));
        for (u32 set = 0; set < set_count; ++set)
            if (user.sets[set] != 0)
                TRY(UserArray<u64>{user.sets[set]}.read_all(words_of(set)));
        const u32 odd = descriptors % bits_per_word;
        for (u32 set = 0; odd != 0 && set < set_count; ++set)
            words_of(set).back() &= (u64{1} << odd) - 1;
        return {};
    }
    Result<void> write(const DescriptorSetAddresses& user)
    {
        for (u32 set = 0; set < set_count; ++set)
            if (user.sets[set] != 0)
                TRY(arch::copy_to_user({user.sets[set]}, std::as_bytes(words_of(set))));
        return {};
    }

    /// Calls `function(descriptor, events, sets)` for each descriptor that is in a set, in order, until it fails.
    template <typename Function>
    Result<void> for_each(Function&& function)
    {
        for (u32 word = 0; word < words_; ++word) {
            for (u64 left = at(0, word) | at(1, word) | at(2, word); left != 0; left &= left - 1) {
                const u32 bit = static_cast<u32>(__builtin_ctzll(left));
                fs::PollEvents events;
                for (u32 set = 0; set < set_count; ++set)
                    if ((at(set, word) >> bit & 1) != 0)
                        events |= set_events[set];
                TRY(function(word * bits_per_word + bit, events));
            }
        }
        return {};
    }
    /// Leaves the descriptor in those sets that it is in and that the events are for. In how many.
    u32 keep(u32 descriptor, fs::PollEvents found)
    {
        u32 kept = 0;
        for (u32 set = 0; set < set_count; ++set) {
            u64& word = at(set, descriptor / bits_per_word);
            const u64 bit = u64{1} << descriptor % bits_per_word;
            if ((word & bit) == 0)
                continue;
            if (found & set_events[set])
                ++kept;
            else
                word &= ~bit;
        }
        return kept;
    }
    u32 count()
    {
        u32 sum = 0;
        for (u32 word = 0; word < words_; ++word)
            for (u64 left = at(0, word) | at(1, word) | at(2, word); left != 0; left &= left - 1)
                ++sum;
        return sum;
    }

private:
    std::span<u64> words_of(u32 set) { return bits_.all().subspan(u64{set} * words_, words_); }
    u64& at(u32 set, u32 word) { return bits_[set * words_ + word]; }

    u32 words_ = 0;
    SmallArray<u64, set_count * 4> bits_;
};

SyscallResult select_until(i32 descriptors, const DescriptorSetAddresses& user, u64 deadline)
{
    constexpr u32 least_table = 64; // descriptors that every process has room for: others cannot be open
    if (descriptors < 0)
        return Errno::einval;
    auto& table = Process::current().files();
    const u32 room = std::max(least_table, table.with([](const fs::FileTable& files) { return files.capacity(); }));
    DescriptorSets sets;
    TRY(sets.read(user, std::min(static_cast<u32>(descriptors), room)));

    SmallArray<event::PolledFile, 8> files;
    TRY(files.allocate(sets.count()));
    TRY(table.with([&](const fs::FileTable& open) {
        u32 number = 0;
        return sets.for_each([&](u32 descriptor, fs::PollEvents events) -> Result<void> {
            files[number].wanted = events;
            files[number].file = TRY(open.get(descriptor));
            ++number;
            return {};
        });
    }));
    TRY(event::poll_files(files.all(), deadline));

    u32 number = 0;
    u32 found = 0;
    TRY(sets.for_each([&](u32 descriptor, fs::PollEvents) -> Result<void> {
        found += sets.keep(descriptor, files[number].found);
        ++number;
        return {};
    }));
    TRY(sets.write(user));
    return found;
}

} // namespace

SyscallResult sys_select(i32 descriptors, u64 in, u64 out, u64 exceptional, UserIn<TimeValue> timeout)
{
    u64 deadline = time::never;
    if (!timeout.is_null()) {
        const TimeValue value = TRY(timeout.read());
        constexpr i64 microseconds_per_second = 1'000'000;
        const i64 seconds = value.seconds + value.microseconds / microseconds_per_second;
        const i64 microseconds = value.microseconds % microseconds_per_second;
        const TimeSpec time{seconds, microseconds * static_cast<i64>(nanoseconds_per_microsecond)};
        deadline = deadline_after(TRY(to_nanoseconds(time)));
    }
    const auto result = select_until(descriptors, {{in, out, exceptional}}, deadline);
    if (!timeout.is_null()) // Linux tells what is left of it
        static_cast<void>(UserOut<TimeValue>{timeout.address}.write(to_time_value(time_left(deadline))));
    return result ? SyscallResult{result.value()} : result.error();
}

SyscallResult sys_pselect6(i32 descriptors, u64 in, u64 out, u64 exceptional, UserIn<TimeSpec> timeout,
                           UserIn<SizedMask> mask)
{
    const u64 deadline = TRY(deadline_of(timeout));
    const SizedMask sized = mask.is_null() ? SizedMask{} : TRY(mask.read());
    TRY(TemporaryMask::set({sized.address}, sized.size));
    auto result = TemporaryMask::after(select_until(descriptors, {{in, out, exceptional}}, deadline));
    if (!timeout.is_null())
        static_cast<void>(UserOut<TimeSpec>{timeout.address}.write(to_time_spec(time_left(deadline))));
    return result;
}

} // namespace kernel::syscall
