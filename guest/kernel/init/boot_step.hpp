#pragma once

#include "abi/boot_info.hpp"
#include "lib/types.hpp"

#include <array>
#include <string_view>

namespace kernel {

/// Boot is a graph. Each part declares, beside its code, a step with what it needs and what it provides; the order is
/// computed at start, each step is traced (boot_step_begin, boot_step_end), and a need that nobody provides or a cycle
/// is a panic that names the steps.
///
///     BOOT_STEP(page_allocator, NEEDS("memory_map"), PROVIDES("pages"), set_up_page_allocator);
struct BootStep {
    /// What a step needs or provides. Compared by hash: where ring 0 is emulated, comparing letters would take longer
    /// than the steps.
    struct Name {
        std::string_view text;
        u32 hash = 0; ///< 0: no name

        constexpr Name() = default;
        constexpr Name(const char* name) : text{name}, hash{hash_of(text)} {}

    private:
        static constexpr u32 hash_of(std::string_view name)
        {
            u32 hash = 2'166'136'261; // FNV-1a
            for (const char letter : name)
                hash = (hash ^ static_cast<u8>(letter)) * 16'777'619;
            return hash;
        }
    };
    using Names = std::array<Name, 6>; ///< the rest empty

    static constexpr std::size_t max_name = 16; ///< what a trace record of the step has room for

    std::string_view name;
    Names needs;
    Names provides;
    void (*run)();
};

/// At namespace scope. `function` takes and returns nothing; an error in it is a panic.
#define BOOT_STEP(step, step_needs, step_provides, function)                                                           \
    namespace {                                                                                                        \
    constexpr ::kernel::BootStep step##_boot_step{#step, step_needs, step_provides, function};                         \
    [[gnu::section(".boot_steps"), gnu::used]] constexpr const ::kernel::BootStep* step##_boot_step_entry =            \
        &step##_boot_step;                                                                                             \
    }                                                                                                                  \
    static_assert(sizeof #step - 1 <= ::kernel::BootStep::max_name, "the boot chart would cut the step's name")
#define NEEDS(...) (::kernel::BootStep::Names{__VA_ARGS__})
#define PROVIDES(...) (::kernel::BootStep::Names{__VA_ARGS__})

/// Runs all steps, each after those it needs. What the arch entry has already set up ("traps", "boot_info", the
/// polled console) needs no step.
void run_boot_steps();

/// What the machine told the kernel at its entry; stays where it is.
const vitrine::abi::BootInfo& boot_info();

} // namespace kernel
