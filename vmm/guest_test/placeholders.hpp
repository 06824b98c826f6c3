#pragma once

#include "vmm/machine/machine_config.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vitrine::guest_test {

/// `${NAME}` in a test stands for what is known only once it is run. `set` knows the run's seed:
///
///     ${seed}        a number, another one in each repetition
///
/// and the patterns know the machine, too:
///
///     ${cpus}        how many vCPUs it has
///     ${last_cpu}    the number of the last, ${cpus} - 1
///     ${cpu_list}    all their numbers: "0 1 2 3"
class Placeholders {
public:
    explicit Placeholders(std::uint64_t seed);
    Placeholders(std::uint64_t seed, const MachineConfig& machine);

    std::string expand(std::string_view text) const;

    /// The first `${NAME}` in a pattern that does not exist.
    static std::optional<std::string> unknown_in(std::string_view pattern);

private:
    struct Value {
        std::string name; ///< with ${ and }
        std::string text;
    };
    std::vector<Value> values_;
};

} // namespace vitrine::guest_test
