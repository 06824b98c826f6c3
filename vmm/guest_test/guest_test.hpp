#pragma once

#include "vmm/guest_test/bounds.hpp"
#include "vmm/guest_test/machine_needs.hpp"
#include "vmm/guest_test/pattern.hpp"
#include "vmm/guest_test/placeholders.hpp"
#include "vmm/machine/outcome.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace vitrine::guest_test {

/// A pattern on the console, and what is typed once it has appeared.
struct ConsoleStep {
    Pattern pattern;
    std::string type;
};

/// A config in a file, or written out in the test.
struct InlineConfig {
    std::string text;
};
using ConfigSource = std::variant<std::filesystem::path, InlineConfig>;

/// A *.test.json: configs/vitrine-test.schema.json says what each key means.
struct GuestTest {
    std::string name;
    std::filesystem::path file;
    ConfigSource config;
    std::vector<std::string> overrides;
    std::chrono::nanoseconds timeout{};

    std::vector<ConsoleStep> console;
    std::vector<Pattern> console_never;
    std::optional<std::string> console_equals; ///< all of the console's text
    bool stop_after_console = false;
    std::optional<std::uint8_t> status;
    Ending ending = Ending::guest_exit;
    std::vector<Pattern> report;
    std::vector<Pattern> error; ///< not empty: the machine must not come to run
    std::vector<Pattern> leaks;
    bool asks_for_leaks = false; ///< though it is no test inside the kernel, which is always asked
    std::map<std::string, Bounds> exits;
    std::map<std::string, Bounds> trace;

    MachineNeeds machine_needs;
    bool needs_kvm = false;
    bool needs_native_ring0 = false;
    std::vector<std::string> needs_files; ///< relative to the test; `${vitrine}` as in configs

    /// Whether console and status are all that is asked for, so that any machine can show it.
    bool is_portable() const;
};

/// The test with the placeholders in its patterns filled in.
GuestTest expanded(GuestTest test, const Placeholders& placeholders);

/// Reads a test; `name` is for reports. Throws ConfigError and std::system_error.
GuestTest load_test(const std::filesystem::path& file, std::string name);

} // namespace vitrine::guest_test
