#pragma once

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace bench {

/// What one `vitrine run` tells of itself.
struct GuestRun {
    std::string console;
    std::string diagnostics;   ///< stderr
    nlohmann::json statistics; ///< as --stats json has them

    /// A counter of KVM's, over all of the machine; 0 where KVM does not have it.
    double counter(const std::string& name) const;
};

/// Runs a guest: `arguments` are those of `vitrine run`. Nothing when vitrine refuses, or the guest dies.
std::optional<GuestRun> run_guest(const std::vector<std::string>& arguments);

} // namespace bench
