#pragma once

#include "lib/types.hpp"

/// Structures that cross the system-call boundary: Linux x86-64's, in layout and meaning.
namespace kernel::syscall {

/// struct timespec (time64).
struct TimeSpec {
    i64 seconds;
    i64 nanoseconds;
};
static_assert(sizeof(TimeSpec) == 16);

/// struct itimerspec.
struct TimerSpec {
    TimeSpec interval;
    TimeSpec value;
};
static_assert(sizeof(TimerSpec) == 32);

/// struct timeval.
struct TimeValue {
    i64 seconds;
    i64 microseconds;
};
static_assert(sizeof(TimeValue) == 16);

/// struct itimerval.
struct IntervalValue {
    TimeValue interval;
    TimeValue value;
};
static_assert(sizeof(IntervalValue) == 32);

/// struct timezone.
struct TimeZone {
    int minutes_west;
    int daylight_saving;
};

/// struct rusage. What is not counted is 0.
struct ResourceUsage {
    TimeValue user;
    TimeValue system;
    i64 memory[4];
    i64 minor_faults;
    i64 major_faults;
    i64 swaps;
    i64 blocks_in;
    i64 blocks_out;
    i64 messages[2];
    i64 signals;
    i64 voluntary_switches;
    i64 involuntary_switches;
};
static_assert(sizeof(ResourceUsage) == 144);

/// struct tms, in ticks of 10 ms (USER_HZ).
struct ProcessTimes {
    i64 user;
    i64 system;
    i64 childrens_user;
    i64 childrens_system;
};
static_assert(sizeof(ProcessTimes) == 32);

/// struct __user_cap_header_struct (linux/capability.h).
struct CapabilityHeader {
    u32 version;
    i32 pid;
};

/// struct sysinfo (uapi/linux/sysinfo.h). What is not counted is 0.
struct SystemInfo {
    i64 uptime; ///< seconds
    u64 loads[3];
    u64 total_ram;
    u64 free_ram;
    u64 shared_ram;
    u64 buffer_ram;
    u64 total_swap;
    u64 free_swap;
    u16 processes;
    u16 padding;
    u64 total_high;
    u64 free_high;
    u32 memory_unit; ///< bytes; that of all of the above
};
static_assert(sizeof(SystemInfo) == 112);

/// struct clone_args (linux/sched.h).
struct CloneArguments {
    u64 flags;
    u64 pidfd;
    u64 child_tid;
    u64 parent_tid;
    u64 exit_signal;
    u64 stack; ///< its lowest address
    u64 stack_size;
    u64 tls;
    u64 set_tid; ///< from here on in the second version
    u64 set_tid_size;
    u64 cgroup; ///< and here in the third

    static constexpr u64 first_size = 64;
};
static_assert(sizeof(CloneArguments) == 88);

/// struct sched_param.
struct SchedParam {
    i32 priority;
};
static_assert(sizeof(SchedParam) == 4);

/// struct sched_attr (uapi/linux/sched/types.h).
struct SchedAttributes {
    u32 size;
    u32 policy;
    u64 flags;
    i32 nice;
    u32 priority;
    u64 runtime;
    u64 deadline;
    u64 period;
    u32 least_utilisation; ///< from here on in the second version
    u32 most_utilisation;

    static constexpr u32 first_size = 48;
};
static_assert(sizeof(SchedAttributes) == 56);

/// What pipe(2) and socketpair(2) answer.
struct DescriptorPair {
    u32 first;
    u32 second;
};
static_assert(sizeof(DescriptorPair) == 8);

/// struct pollfd (asm-generic/poll.h).
struct PollEntry {
    i32 descriptor;
    u16 wanted;
    u16 found;
};
static_assert(sizeof(PollEntry) == 8);

/// The three sets of select(2): those to be readable, writable, and what is exceptional. 0: none.
struct DescriptorSetAddresses {
    u64 sets[3];
};

/// struct msghdr (linux/socket.h).
struct MessageHeader {
    u64 name;
    u32 name_size;
    u32 padding;
    u64 vectors;
    u64 vector_count;
    u64 control;
    u64 control_size;
    u32 flags;
    u32 more_padding;
};
static_assert(sizeof(MessageHeader) == 56);

/// struct mmsghdr.
struct ManyMessages {
    MessageHeader header;
    u32 moved;
    u32 padding;
};
static_assert(sizeof(ManyMessages) == 64);

/// pselect6(2)'s last argument.
struct SizedMask {
    u64 address;
    u64 size;
};
static_assert(sizeof(SizedMask) == 16);

/// struct iovec.
struct IoVector {
    u64 address;
    u64 size;
};
static_assert(sizeof(IoVector) == 16);

/// struct stat (arch/x86/include/uapi/asm/stat.h).
struct Stat {
    u64 device;
    u64 inode;
    u64 link_count;
    u32 mode;
    u32 user;
    u32 group;
    u32 padding;
    u64 special_device;
    i64 size;
    i64 block_size;
    i64 blocks; ///< of 512 bytes
    TimeSpec accessed;
    TimeSpec modified;
    TimeSpec changed;
    i64 unused[3];
};
static_assert(sizeof(Stat) == 144);

/// struct new_utsname (linux/utsname.h).
struct SystemName {
    char system[65];
    char node[65];
    char release[65];
    char version[65];
    char machine[65];
    char domain[65];
};
static_assert(sizeof(SystemName) == 390);

} // namespace kernel::syscall
