#pragma once

#include <initializer_list>
#include <span>
#include <string_view>

namespace kernel {

/// Boot is a graph. Each part declares, beside its code, a step with what it needs and what it provides; the order is
/// computed at start, each step is traced (boot_step_begin, boot_step_end), and a need that nobody provides or a cycle
/// is a panic that names the steps.
///
///     BOOT_STEP(page_allocator, NEEDS("memory_map"), PROVIDES("pages"), set_up_page_allocator);
struct BootStep {
    std::string_view name;
    std::span<const std::string_view> needs;
    std::span<const std::string_view> provides;
    void (*run)();
};

void run_boot_steps();

} // namespace kernel
