#include "kernel/init/boot_graph.hpp"
#include "kernel/printk.hpp"

extern "C" {
extern const kernel::BootStep* const boot_steps_begin[];
extern const kernel::BootStep* const boot_steps_end[];
}

namespace kernel {

void run_boot_steps()
{
    BootGraph graph{{boot_steps_begin, boot_steps_end}};
    while (const BootStep* const step = graph.next()) {
        printk(LogLevel::debug, "boot: {}", step->name);
        step->run();
    }
    if (const BootStep* const stuck = graph.stuck(); stuck != nullptr) {
        FormatBuffer<128> message;
        format_to(message, "boot step {} cannot run: nobody provides {}, or there is a cycle", stuck->name,
                  graph.missing(*stuck));
        panic(message.view());
    }
}

} // namespace kernel
