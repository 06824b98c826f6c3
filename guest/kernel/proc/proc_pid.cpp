// /proc/PID: processes, and the kernel's threads, as ps(1) sees them.
#include "kernel/proc/proc_pid.hpp"

#include "kernel/fs/proc/directory.hpp"
#include "kernel/fs/proc/proc_file.hpp"
#include "kernel/fs/proc/process_source.hpp"
#include "kernel/fs/proc/text_file.hpp"
#include "kernel/proc/snapshot.hpp"
#include "kernel/sched/task_table.hpp"
#include "lib/format.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

namespace kernel::proc {
namespace {

using procfs::Writer;

constexpr u64 nanoseconds_per_tick = 10'000'000; ///< USER_HZ

/// By position in the directory; 0: the directory itself.
u64 inode_number(Pid pid, u64 index) { return procfs::first_inode_number + (u64{1} << 40) + pid * u64{64} + index; }

std::string_view state_name(char state)
{
    switch (state) {
    case 'R': return "running";
    case 'D': return "disk sleep";
    case 'T': return "stopped";
    case 'Z': return "zombie";
    case 'X': return "dead";
    default: return "sleeping";
    }
}

u64 ticks(u64 nanoseconds) { return nanoseconds / nanoseconds_per_tick; }

/// proc(5), "/proc/[pid]/stat": 52 fields. What is not known here is 0, as Linux shows what it does not tell.
Result<void> show_stat(const Snapshot& of, Writer& out)
{
    const int priority = of.rt_priority != 0 ? -1 - static_cast<int>(of.rt_priority) : 20 + of.nice;
    out.print("{} ({}) {} {} {} {} {} {} 0 0 0 0 0 ", of.pid, of.name_view(), std::string_view{&of.state, 1}, of.parent,
              of.group, of.session, of.terminal, of.foreground);
    out.print("{} {} {} {} {} {} {} 0 {} 0 0 18446744073709551615 0 0 0 0 0 ", ticks(of.own.user), ticks(of.own.system),
              ticks(of.children.user), ticks(of.children.system), priority, of.nice, of.threads, ticks(of.start_time));
    constexpr u64 classic = 0x7fff'ffff;
    out.print("{} {} {} {} 0 0 0 {} {} {} {} 0 0 0 0 0 0 0 0 0 0 {}\n", of.pending.bits & classic,
              of.blocked.bits & classic, of.ignored.bits & classic, of.caught.bits & classic, of.exit_signal, of.cpu,
              of.rt_priority, of.policy, of.exit_status);
    return {};
}

Result<void> show_status(const Snapshot& of, Writer& out)
{
    out.print("Name:\t{}\nState:\t{} ({})\nTgid:\t{}\nNgid:\t0\nPid:\t{}\nPPid:\t{}\nTracerPid:\t0\n", of.name_view(),
              std::string_view{&of.state, 1}, state_name(of.state), of.pid, of.pid, of.parent);
    out.print("Uid:\t{}\t{}\t{}\t{}\n", of.uids[0], of.uids[1], of.uids[2], of.uids[3]);
    out.print("Gid:\t{}\t{}\t{}\t{}\n", of.gids[0], of.gids[1], of.gids[2], of.gids[3]);
    out.print("Threads:\t{}\n", of.threads);
    out.print("SigPnd:\t{:016x}\nShdPnd:\t{:016x}\nSigBlk:\t{:016x}\nSigIgn:\t{:016x}\nSigCgt:\t{:016x}\n",
              of.pending.bits, of.shared_pending.bits, of.blocked.bits, of.ignored.bits, of.caught.bits);
    out.print("CapInh:\t{:016x}\nCapPrm:\t{:016x}\nCapEff:\t{:016x}\nCapBnd:\t{:016x}\nCapAmb:\t{:016x}\n",
              of.inheritable.bits, of.permitted.bits, of.effective.bits, of.bounding.bits, of.ambient.bits);
    out.print("NoNewPrivs:\t{}\n", of.no_new_privileges ? 1 : 0);
    out.print("voluntary_ctxt_switches:\t{}\nnonvoluntary_ctxt_switches:\t{}\n", of.own.voluntary_switches,
              of.own.involuntary_switches);
    return {};
}

Result<void> show_comm(const Snapshot& of, Writer& out)
{
    out.print("{}\n", of.name_view());
    return {};
}

/// The strings that the program was started with: the process keeps them.
Result<void> show_strings(const Snapshot& of, Writer& out, bool arguments)
{
    const auto strings = processes().with([&](ProcessTable& table) {
        const Process* const process = table.find(of.pid);
        return process != nullptr && !process->threads.empty() ? process->start_strings : Ref<StartStrings>{};
    });
    if (!strings)
        return {};
    const ArgumentStrings& all = strings->strings;
    const u32 first = arguments ? 0 : all.argument_count();
    const u32 count = arguments ? all.argument_count() : all.environment_count();
    for (u32 index = first; index < first + count; ++index) {
        const std::string_view text = all.text(index);
        out.append({text.data(), text.size() + 1}); // the NUL with it
    }
    return {};
}

Result<void> show_arguments(const Snapshot& of, Writer& out) { return show_strings(of, out, true); }
Result<void> show_environment(const Snapshot& of, Writer& out) { return show_strings(of, out, false); }

struct Entry {
    std::string_view name;
    u32 permissions;
    Result<void> (*show)(const Snapshot&, Writer&);
};

constexpr Entry entries[] = {
    {"cmdline", 0444, show_arguments}, {"comm", 0444, show_comm},     {"environ", 0400, show_environment},
    {"stat", 0444, show_stat},         {"status", 0444, show_status},
};

class PidFile final : public procfs::TextFile {
public:
    PidFile(Pid pid, const Entry& entry, u64 number) : TextFile{entry.permissions, number}, pid_{pid}, entry_{entry} {}
    Result<void> show(Writer& out) const override { return entry_.show(TRY(snapshot_of(pid_)), out); }

private:
    Pid pid_;
    const Entry& entry_;
};

class OwnFile final : public procfs::TextFile {
public:
    OwnFile(const procfs::ProcEntry& entry, u64 number) : TextFile{0444, number}, entry_{entry} {}
    Result<void> show(Writer& out) const override { return entry_.show(out); }

private:
    const procfs::ProcEntry& entry_;
};

class PidDirectory final : public procfs::Directory {
public:
    explicit PidDirectory(Pid pid) : Directory{inode_number(pid, 0)}, pid_{pid} {}

    Result<Ref<Inode>> lookup(std::string_view name) override
    {
        for (const Entry& entry : entries)
            if (entry.name == name)
                return Ref<Inode> { TRY(make_ref<PidFile>(pid_, entry, inode_number(pid_, index_of(entry)))) };
        const procfs::ProcEntry* const own = own_entry(name);
        if (own != nullptr && own->make_directory != nullptr)
            return own->make_directory();
        if (own != nullptr)
            return Ref<Inode> { TRY(make_ref<OwnFile>(*own, inode_number(pid_, std::size(entries) + 1))) };
        return Errno::enoent;
    }

private:
    Result<void> list(u64 position, fs::DirectoryVisitor& visitor) override
    {
        for (u64 index = position; index < std::size(entries); ++index)
            if (!visitor.visit(entries[index].name, inode_number(pid_, index + 1), fs::FileType::regular, index + 1))
                break;
        return {};
    }
    /// What a part has declared for the process that looks, and for no other.
    const procfs::ProcEntry* own_entry(std::string_view name) const
    {
        constexpr std::string_view prefix = "self/";
        const Process* const process = Task::current().process;
        if (process == nullptr || process->pid() != pid_)
            return nullptr;
        for (const procfs::ProcEntry* const entry : procfs::entries())
            if (entry->path.starts_with(prefix) && entry->path.substr(prefix.size()) == name)
                return entry;
        return nullptr;
    }
    static u64 index_of(const Entry& entry) { return static_cast<u64>(&entry - entries) + 1; }

    Pid pid_;
};

/// A link to the process that follows it.
class SelfLink final : public fs::Inode {
public:
    SelfLink() : Inode{fs::FileType::symlink, 0777, procfs::first_inode_number - 1}
    {
        format_to(target_, "{}", Process::current().pid());
    }
    Result<std::string_view> link_target() override { return target_.view(); }

private:
    FormatBuffer<16> target_;
};

class Processes final : public procfs::ProcessSource {
public:
    Result<Ref<fs::Inode>> lookup(std::string_view name) override
    {
        if (name == "self")
            return Ref<fs::Inode> { TRY(make_ref<SelfLink>()) };
        const auto pid = number_of(name);
        if (!pid || !snapshot_of(*pid))
            return Errno::enoent;
        return Ref<fs::Inode> { TRY(make_ref<PidDirectory>(*pid)) };
    }

    std::optional<u32> first_from(u32 pid) override
    {
        const auto process = processes().with([&](ProcessTable& table) -> std::optional<u32> {
            const Process* const found = table.first_from(pid);
            return found == nullptr ? std::nullopt : std::optional{found->pid()};
        });
        const auto task = sched::task_table().with([&](sched::TaskTable& table) -> std::optional<u32> {
            const Task* found = table.first_from(pid);
            while (found != nullptr && found->thread != nullptr)
                found = table.first_from(found->pid() + 1);
            return found == nullptr ? std::nullopt : std::optional{found->pid()};
        });
        return process && task ? std::min(*process, *task) : process ? process : task;
    }

    u64 directory_number(u32 pid) override { return inode_number(pid, 0); }

private:
    static std::optional<Pid> number_of(std::string_view name)
    {
        constexpr std::size_t most_digits = 9;
        if (name.empty() || name.size() > most_digits || name.front() == '0')
            return std::nullopt;
        Pid number = 0;
        for (const char digit : name) {
            if (digit < '0' || digit > '9')
                return std::nullopt;
            number = 10 * number + static_cast<Pid>(digit - '0');
        }
        return number;
    }
};

constinit Processes source;

} // namespace

void show_processes() { procfs::set_process_source(source); }

} // namespace kernel::proc
