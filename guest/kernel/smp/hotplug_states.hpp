#pragma once

#include "lib/result.hpp"
#include "lib/types.hpp"

#include <array>
#include <cstddef>
#include <string_view>

namespace kernel::smp {

/// When a part's functions for a CPU that comes or goes are called; Linux's sections of enum cpuhp_state.
enum class Stage : u8 {
    prepare,  ///< startup before the CPU starts, teardown when it is dead: on another CPU, may sleep
    starting, ///< on the CPU itself, interrupts masked: the first and last thing it does; must not fail
    online,   ///< startup when the CPU runs tasks, teardown while it still does: on any CPU, may sleep
};

/// What a part does for each CPU that comes or goes. It lives as long as the kernel.
struct HotplugState {
    std::string_view name;
    Stage stage = Stage::online;
    Result<void> (*startup)(unsigned cpu) = nullptr;  ///< null: nothing to do; an error: the CPU does not come
    Result<void> (*teardown)(unsigned cpu) = nullptr; ///< null: nothing to do; an error (online only): it stays
};

/// All of them. Not locked.
class HotplugStates {
public:
    /// False when there are too many.
    bool add(const HotplugState& state);

    /// Calls the startup functions of a stage, in the order in which they were added. When one fails, what the others
    /// have done is undone.
    Result<void> start(Stage stage, unsigned cpu) const;
    /// The teardown functions, in the opposite order. The same.
    Result<void> stop(Stage stage, unsigned cpu) const;

private:
    Result<void> start_from(std::size_t first, Stage stage, unsigned cpu) const;
    Result<void> stop_before(std::size_t end, Stage stage, unsigned cpu) const;

    std::array<const HotplugState*, 16> states_{};
    std::size_t count_ = 0;
};

} // namespace kernel::smp
