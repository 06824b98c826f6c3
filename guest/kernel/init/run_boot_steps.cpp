#include "kernel/init/boot_graph.hpp"
#include "kernel/printk.hpp"
#include "kernel/trace/tracepoint.hpp"

extern "C" {
extern const kernel::BootStep* const boot_steps_begin[];
extern const kernel::BootStep* const boot_steps_end[];
}

namespace kernel {
namespace {

[[noreturn]] void panic_stuck(const BootStep& step, std::string_view missing)
{
    FormatBuffer<160> message;
    format_to(message, "boot step {} cannot run: nobody provides {}, or it takes part in a cycle", step.name, missing);
    panic(message.view());
}

} // namespace

void run_boot_steps()
{
    const std::span steps{boot_steps_begin, boot_steps_end};
    if (steps.size() > BootGraph::max_steps)
        panic("more boot steps than the graph can hold");
    BootGraph graph{steps};
    while (const BootStep* const step = graph.next()) {
        log(LogLevel::debug, step->name);
        trace::boot_step_begin(step->name);
        step->run();
        trace::boot_step_end(step->name);
    }
    if (const BootStep* const stuck = graph.stuck(); stuck != nullptr)
        panic_stuck(*stuck, graph.missing(*stuck));
}

} // namespace kernel
