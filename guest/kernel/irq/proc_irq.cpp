// /proc/irq/N/: what can be seen and set of each interrupt (Linux's core-api/irq/irq-affinity.rst).
#include "kernel/fs/proc/directory.hpp"
#include "kernel/fs/proc/proc_file.hpp"
#include "kernel/fs/proc/text_file.hpp"
#include "kernel/irq/descriptor.hpp"
#include "lib/cpu_list.hpp"

namespace kernel::irq {
namespace {

using procfs::Writer;

CpuMask affinity_of(Descriptor& descriptor)
{
    const CpuMask present = arch::cpu_count() == arch::max_cpus ? all_cpus : (CpuMask{1} << arch::cpu_count()) - 1;
    return descriptor.state.with([](const State& state) { return state.affinity; }) & present;
}

CpuMask effective_affinity_of(Descriptor& descriptor)
{
    return descriptor.state.with(
        [](const State& state) { return state.target ? CpuMask{1} << state.target->cpu : CpuMask{0}; });
}

void show_mask(Writer& out, CpuMask mask)
{
    format_cpu_mask(out, mask, arch::cpu_count());
    out.append("\n");
}
void show_list(Writer& out, CpuMask mask)
{
    format_cpu_list(out, mask);
    out.append("\n");
}

/// Linux answers EINVAL to what it can read but not use, and to what it cannot read.
Result<void> set_affinity_text(Descriptor& descriptor, const Result<u32>& mask)
{
    if (!mask)
        return mask.error();
    return set_affinity(descriptor.irq, mask.value());
}

void show_spurious(Writer& out, Descriptor& descriptor)
{
    const SpuriousDetector detector = descriptor.state.with([](const State& state) { return state.spurious; });
    constexpr u64 nanoseconds_per_millisecond = 1'000'000;
    out.print("count {}\nunhandled {}\nlast_unhandled {} ms\n", detector.count(), detector.unhandled(),
              detector.last_unhandled() / nanoseconds_per_millisecond);
}

struct FileKind {
    std::string_view name;
    void (*show)(Writer&, Descriptor&);
    Result<void> (*store)(Descriptor&, std::string_view);
};

constexpr FileKind file_kinds[] = {
    {"smp_affinity", [](Writer& out, Descriptor& irq) { show_mask(out, affinity_of(irq)); },
     [](Descriptor& irq, std::string_view text) { return set_affinity_text(irq, parse_cpu_mask(text)); }},
    {"smp_affinity_list", [](Writer& out, Descriptor& irq) { show_list(out, affinity_of(irq)); },
     [](Descriptor& irq, std::string_view text) { return set_affinity_text(irq, parse_cpu_list(text)); }},
    {"effective_affinity", [](Writer& out, Descriptor& irq) { show_mask(out, effective_affinity_of(irq)); }, nullptr},
    {"effective_affinity_list", [](Writer& out, Descriptor& irq) { show_list(out, effective_affinity_of(irq)); },
     nullptr},
    {"spurious", show_spurious, nullptr},
};

constexpr u64 first_number = procfs::first_inode_number << 1; ///< of inodes: sixteen for each interrupt
u64 directory_number(unsigned irq) { return first_number + (u64{irq} + 1) * 16; }

class File final : public procfs::TextFile {
public:
    File(Descriptor& irq, const FileKind& kind, u64 number)
        : TextFile{kind.store == nullptr ? 0444U : 0644U, number}, irq_{irq}, kind_{kind}
    {}

    Result<void> show(Writer& out) const override
    {
        kind_.show(out, irq_);
        return {};
    }
    Result<void> store(std::string_view text) override
    {
        if (kind_.store == nullptr)
            return Errno::eio;
        return kind_.store(irq_, text);
    }

private:
    Descriptor& irq_; ///< stays
    const FileKind& kind_;
};

/// /proc/irq/N
class InterruptDirectory final : public procfs::Directory {
public:
    explicit InterruptDirectory(Descriptor& irq) : Directory{directory_number(irq.irq)}, irq_{irq} {}

    Result<Ref<Inode>> lookup(std::string_view name) override
    {
        for (unsigned index = 0; index < std::size(file_kinds); ++index)
            if (file_kinds[index].name == name)
                return Ref<Inode> { TRY(make_ref<File>(irq_, file_kinds[index], number() + 1 + index)) };
        return Errno::enoent;
    }

private:
    Result<void> list(u64 position, fs::DirectoryVisitor& visitor) override
    {
        for (u64 index = position; index < std::size(file_kinds); ++index)
            if (!visitor.visit(file_kinds[index].name, number() + 1 + index, fs::FileType::regular, index + 1))
                break;
        return {};
    }

    Descriptor& irq_;
};

/// "17": nothing but digits, and no zero before them.
Result<unsigned> irq_of_name(std::string_view name)
{
    unsigned irq = 0;
    for (const char c : name) {
        if (c < '0' || c > '9' || irq >= max_irqs)
            return Errno::enoent;
        irq = irq * 10 + static_cast<unsigned>(c - '0');
    }
    if (name.empty() || (name.front() == '0' && name.size() > 1))
        return Errno::enoent;
    return irq;
}

/// /proc/irq: interrupts that are or have been requested.
class IrqDirectory final : public procfs::Directory {
public:
    IrqDirectory() : Directory{first_number} {}

    Result<Ref<Inode>> lookup(std::string_view name) override
    {
        Descriptor* const irq = find(TRY(irq_of_name(name)));
        if (irq == nullptr)
            return Errno::enoent;
        return Ref<Inode> { TRY(make_ref<InterruptDirectory>(*irq)) };
    }

private:
    Result<void> list(u64 position, fs::DirectoryVisitor& visitor) override
    {
        for (auto irq = static_cast<unsigned>(position); irq < max_irqs; ++irq) {
            if (find(irq) == nullptr)
                continue;
            FormatBuffer<8> name;
            format_to(name, "{}", irq);
            if (!visitor.visit(name.view(), directory_number(irq), fs::FileType::directory, irq + 1))
                break;
        }
        return {};
    }
};

Result<Ref<fs::Inode>> make_irq_directory()
{
    return Ref<fs::Inode> { TRY(make_ref<IrqDirectory>()) };
}

PROC_DIRECTORY(irq, "irq", make_irq_directory);

} // namespace
} // namespace kernel::irq
