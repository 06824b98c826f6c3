#pragma once

#include <optional>

namespace vitrine {

/// Finds our own commands in what a person types at the guest's console: Ctrl-A, then a key.
class EscapeFilter {
public:
    enum class Command { none, quit, help };

    struct Result {
        std::optional<char> byte{}; ///< for the guest
        Command command = Command::none;
    };

    static constexpr char escape = 0x01; ///< Ctrl-A

    Result feed(char byte);

private:
    bool escaped_ = false;
};

} // namespace vitrine
