#include "bench/guest_run.hpp"
#include "bench/mode_table.hpp"
#include "bench/tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <sstream>

namespace bench {
namespace {

constexpr const char* modes[] = {"ring0", "ring3"};

/// A benchmark that a guest runs, and how its line on the console becomes a number.
struct Cost {
    std::string name;
    std::string benchmark; ///< what its line says
    bool in_kernel;        ///< of guest/kernel/bench, otherwise of guests/user_costs.c
    std::string unit;
    ModeTarget target{};
    unsigned cpus = 1;
};

const std::vector<Cost> costs = {
    {"kernel memcpy", "memcpy", true, "MB/s", {.times = 100}},
    {"kernel memset", "memset", true, "MB/s", {.times = 100}},
    {"null system call and back", "syscall", false, "us", {.limit = 45}},
    {"first touch of an anonymous page", "fault", false, "us", {.limit = 60}},
    {"timer tick", "tick", true, "us", {.limit = 30}},
    {"kernel thread wakes another and sleeps", "switch", true, "us"},
    {"IPI to another CPU and back", "ipi", true, "us", {}, 2},
};

std::vector<std::string> arguments(const Cost& cost, const std::string& benchmark, const std::string& mode)
{
    return {cost.in_kernel ? BENCH_CONFIGS "/kernel_costs.json" : BENCH_CONFIGS "/user_costs.json",
            "--set",
            "kernel_mode=" + mode,
            "--set",
            fmt::format("cpus={}", cost.cpus),
            "--set",
            (cost.in_kernel ? "cmdline=kbench=" : "cmdline=-- ") + benchmark};
}

struct Line {
    double nanoseconds, operations, bytes;
};

/// "kbench NAME: N ns, N operations of N bytes"
std::optional<Line> find_line(const std::string& console, const std::string& benchmark)
{
    const std::size_t at = console.find("bench " + benchmark + ": ");
    Line line{};
    if (at == std::string::npos ||
        std::sscanf(console.c_str() + console.find(':', at), ": %lf ns, %lf operations of %lf", &line.nanoseconds,
                    &line.operations, &line.bytes) != 3)
        return std::nullopt;
    return line;
}

/// What KVM counts, and what it means where KVM emulates ring 0 and shadows page tables.
struct Part {
    const char* counter;
    const char* what;
};

constexpr Part parts[] = {
    {"insn_emulation", "instructions emulated"}, {"exits", "exits inside KVM"},
    {"pf_emulate", "device registers by MMIO"},  {"tlb_flush", "roots loaded, TLBs flushed"},
    {"pf_guest", "page faults for the kernel"},  {"pf_fixed", "shadow pages filled"},
};

/// The rows of one cost: the time, and what the machine did for one operation, by parts[].
struct CostRows {
    ModeRow time;
    std::vector<ModeRow> parts;
};

Samples& of(ModeRow& row, const std::string& mode) { return mode == "ring0" ? row.ring0 : row.ring3; }

void measure(const Cost& cost, const std::string& mode, CostRows& rows)
{
    const auto run = run_guest(arguments(cost, cost.benchmark, mode));
    const auto line = run ? find_line(run->console, cost.benchmark) : std::nullopt;
    const auto idle = line ? run_guest(arguments(cost, "nothing", mode)) : std::nullopt;
    if (!idle)
        return;
    of(rows.time, mode).add(line->bytes > 0 ? line->bytes / line->nanoseconds * 1e3 : line->nanoseconds / 1e3);
    const auto each = [&](const char* counter) {
        return std::max(0.0, run->counter(counter) - idle->counter(counter)) / line->operations;
    };
    for (std::size_t i = 0; i != std::size(parts); ++i)
        of(rows.parts[i], mode).add(each(parts[i].counter));
}

/// The boot of hello, in parts.
struct Boot {
    ModeRow first_byte{"boot to /init's first byte, 128 MiB", "ms", Better::less, {.limit = 10}};
    ModeRow kernel{"... of which the kernel's own steps", "ms", Better::less, {.times = 100}};
    ModeRow instructions{"boot and run of hello", "instructions", Better::less, {.ring0_limit = 50'000}};
    std::vector<ModeRow> steps;
};

/// `--boot-chart` prints "NAME CPU BEGIN ms TIME ms |...|" a step, and "all TIME ms".
void read_boot_chart(const std::string& chart, const std::string& mode, Boot& boot)
{
    std::istringstream lines{chart};
    for (std::string line; std::getline(lines, line);) {
        char name[64];
        double begin, time;
        if (std::sscanf(line.c_str(), "all %lf ms", &time) == 1)
            of(boot.kernel, mode).add(time);
        if (std::sscanf(line.c_str(), "%63s %*u %lf ms %lf ms |", name, &begin, &time) != 3)
            continue;
        auto& steps = boot.steps;
        auto step = std::find_if(steps.begin(), steps.end(), [&](const ModeRow& row) { return row.name == name; });
        if (step == steps.end())
            step = steps.insert(steps.end(), {.name = name, .unit = "ms"});
        of(*step, mode).add(time);
    }
}

/// To the first byte of /init, which is the console's first: the kernel prints none as long as nothing is wrong.
void measure(const std::string& mode, Boot& boot)
{
    const std::vector<std::string> hello = {PROJECT_CONFIGS "/hello.json", "--set", "kernel_mode=" + mode};
    const auto run = run_guest(hello);
    if (!run)
        return;
    constexpr double nanoseconds_per_millisecond = 1e6;
    of(boot.first_byte, mode).add(run->statistics.at("first_output_ns").get<double>() / nanoseconds_per_millisecond);
    of(boot.instructions, mode).add(run->counter("insn_emulation"));

    auto with_chart = hello;
    with_chart.emplace_back("--boot-chart");
    if (const auto charted = run_guest(with_chart))
        read_boot_chart(charted->diagnostics, mode, boot);
}

/// Of the last minute: on a busy machine times are longer, and no target means much.
std::string load_average()
{
    std::ifstream file{"/proc/loadavg"};
    std::string load = "unknown";
    file >> load;
    return load;
}

} // namespace

void kernel_modes(unsigned rounds)
{
    Boot boot;
    std::vector<CostRows> rows;
    for (const Cost& cost : costs) {
        const Better better = cost.unit == "us" ? Better::less : Better::more;
        CostRows& of_cost = rows.emplace_back(CostRows{{cost.name, cost.unit, better, cost.target}, {}});
        for (const Part& part : parts)
            of_cost.parts.push_back({.name = "  ", .unit = part.what});
    }
    for (unsigned round = 0; round != rounds; ++round) {
        for (const char* mode : modes) {
            measure(mode, boot);
            for (std::size_t i = 0; i < costs.size(); ++i)
                measure(costs[i], mode, rows[i]);
        }
    }

    std::vector<ModeRow> times{boot.first_byte, boot.kernel, boot.instructions};
    for (const CostRows& row : rows)
        times.push_back(row.time);
    const Verdicts verdicts = print_modes("The kernel's privilege models: what things take", times);
    for (const CostRows& row : rows)
        if (row.parts.front().ring3.median() >= 1) // or else there is nothing to see: it never leaves the kernel
            print_modes("... what one is made of: " + row.time.name, row.parts);
    print_modes("... and the boot by its steps", boot.steps);
    fmt::print("\n  {} of {} targets met; load {}\n", verdicts.met, verdicts.met + verdicts.missed, load_average());
}

} // namespace bench
