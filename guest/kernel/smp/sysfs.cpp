// /sys/devices/system/cpu: online, present, possible, and for each CPU cpuN/online, which takes it offline and back.
#include "arch/cpu.hpp"
#include "kernel/fs/proc/directory.hpp"
#include "kernel/fs/proc/proc_file.hpp"
#include "kernel/fs/proc/text_file.hpp"
#include "kernel/smp/hotplug.hpp"
#include "lib/cpu_list.hpp"

#include <array>

namespace kernel::smp {
namespace {

using fs::FileType;
using fs::Inode;

/// Inodes have numbers of their own: the directory, the lists, then two for each CPU.
constexpr u64 first_number = procfs::first_inode_number << 2;
constexpr u64 first_list_number = first_number + 1;
constexpr u64 first_cpu_number = first_number + 16;

u64 directory_number(unsigned cpu) { return first_cpu_number + u64{2} * cpu; }

struct List {
    std::string_view name;
    CpuMask (*cpus)();
};
constexpr std::array lists{List{"online", online_cpus}, List{"possible", possible_cpus}, List{"present", present_cpus}};

class ListFile final : public procfs::TextFile {
public:
    explicit ListFile(u64 index) : TextFile{0444, first_list_number + index}, cpus_{lists[index].cpus} {}
    Result<void> show(procfs::Writer& out) const override
    {
        format_cpu_list(out, cpus_());
        out.append("\n");
        return {};
    }

private:
    CpuMask (*cpus_)();
};

bool is_online(unsigned cpu) { return (online_cpus() >> cpu & 1) != 0; }

/// cpuN/online: "0" or "1", to be read and written.
class OnlineFile final : public procfs::TextFile {
public:
    explicit OnlineFile(unsigned cpu) : TextFile{0644, directory_number(cpu) + 1}, cpu_{cpu} {}
    Result<void> show(procfs::Writer& out) const override
    {
        out.append(is_online(cpu_) ? "1\n" : "0\n");
        return {};
    }
    Result<void> store(std::string_view text) override
    {
        if (text != "0" && text != "1")
            return Errno::einval;
        const bool wanted = text == "1";
        if (wanted == is_online(cpu_))
            return {};
        return wanted ? cpu_up(cpu_) : cpu_down(cpu_);
    }

private:
    unsigned cpu_;
};

/// cpuN. The boot CPU's is empty: it stays.
class CpuDirectory final : public procfs::Directory {
public:
    explicit CpuDirectory(unsigned cpu) : Directory{directory_number(cpu)}, cpu_{cpu} {}

    Result<Ref<Inode>> lookup(std::string_view name) override
    {
        if (cpu_ == 0 || name != "online")
            return Errno::enoent;
        return Ref<Inode> { TRY(make_ref<OnlineFile>(cpu_)) };
    }

private:
    Result<void> list(u64 position, fs::DirectoryVisitor& visitor) override
    {
        if (cpu_ != 0 && position == 0)
            visitor.visit("online", number() + 1, FileType::regular, 1);
        return {};
    }

    unsigned cpu_;
};

FormatBuffer<8> name_of(unsigned cpu)
{
    FormatBuffer<8> name;
    format_to(name, "cpu{}", cpu);
    return name;
}

class CpusDirectory final : public procfs::Directory {
public:
    CpusDirectory() : Directory{first_number} {}

    Result<Ref<Inode>> lookup(std::string_view name) override
    {
        for (u64 index = 0; index < lists.size(); ++index)
            if (lists[index].name == name)
                return Ref<Inode> { TRY(make_ref<ListFile>(index)) };
        for (unsigned cpu = 0; cpu < arch::cpu_count(); ++cpu)
            if (name_of(cpu).view() == name)
                return Ref<Inode> { TRY(make_ref<CpuDirectory>(cpu)) };
        return Errno::enoent;
    }

private:
    Result<void> list(u64 position, fs::DirectoryVisitor& visitor) override
    {
        u64 index = position;
        for (; index < lists.size(); ++index)
            if (!visitor.visit(lists[index].name, first_list_number + index, FileType::regular, index + 1))
                return {};
        for (; index < lists.size() + arch::cpu_count(); ++index) {
            const auto cpu = static_cast<unsigned>(index - lists.size());
            if (!visitor.visit(name_of(cpu).view(), directory_number(cpu), FileType::directory, index + 1))
                return {};
        }
        return {};
    }
};

Result<Ref<Inode>> make_cpus_directory()
{
    return Ref<Inode> { TRY(make_ref<CpusDirectory>()) };
}

SYS_DIRECTORY(cpus, "/sys/devices/system/cpu", make_cpus_directory);

} // namespace
} // namespace kernel::smp
